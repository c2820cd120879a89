"""A graph that answers: stored questions and free SPARQL, on the embedded store or a remote endpoint."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pyoxigraph as ox

from sengraph import binding
from sengraph.errors import InconsistentError, UsageError, did_you_mean, reading, shown
from sengraph.federation import local
from sengraph.names import Names
from sengraph.questions import Library, Parameter, Question
from sengraph.results import Raw, Table, Triples
from sengraph.sparql import has_keyword, is_update, nests_too_deeply, syntax_fault
from sengraph.terms import GIAS, GRAPH, INFERRED, KNOWN, RDF, SEN, compact, expand

if TYPE_CHECKING:
    import rdflib

    from sengraph.explanation import Contradiction, Explainer, Explanation, StoreExplainer
    from sengraph.store import Asserted

Answer = Table | Triples | bool

NO_REGISTER = (
    "no register of schools is here: 'sengraph load --help' tells how one gets into a store, to be asked with --store"
)
"""Said to whoever asks about a school where there is none."""

LONGEST_WAIT = 86400
"""The longest timeout, in seconds."""


class View(NamedTuple):
    """What a query that comes from elsewhere sees, if its sender says so, whatever the query itself says.

    Attributes:
        default_graphs: the IRIs of the graphs that are its default graph together.
        named_graphs: the IRIs of those that it can name. Where both are empty, it sees what any query does.
        base: the IRI that relative IRIs in it are resolved against; empty for none.
        services: the endpoints that it may ask by SERVICE.

    Source: SPARQL 1.1 Protocol, section 2.1.4.
    """

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base: str = ""
    services: frozenset[str] = frozenset()


class Engine(Protocol):
    """Runs queries: the embedded store or a remote endpoint."""

    def run(self, sparql: str) -> Raw:
        """Run a query that is known to be one."""
        ...

    def triples(self) -> Iterable[ox.Triple]:
        """Return every triple that queries see."""
        ...


class Embedded:
    """The embedded store.

    Args:
        store: an Oxigraph store.
        graphs: the IRIs of the graphs that queries see; empty for all but dated snapshots.
        inference: whether these include the graphs of what was inferred.

    Errors:
        UsageError: there is no graph of that name.
        InputError: the store is damaged.
    """

    def __init__(self, store: ox.Store, graphs: Sequence[str] = (), *, inference: bool = True) -> None:
        from sengraph.store import default_graphs

        self._store = store
        with reading("the store"):
            known = [g for g in default_graphs(store) if inference or not str(g).startswith(f"<{INFERRED}")]
            every = {graph.value for graph in store.named_graphs()}
        for graph in graphs:
            if graph not in every:
                raise UsageError(f"there is no graph {shown(graph)}. {did_you_mean(graph, every)}")
        self._graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*map(ox.NamedNode, graphs)] or known
        self._union = not graphs and len(every) == len(known) - 1

    def run(self, sparql: str, view: View | None = None) -> Raw:
        """Run a query; it sees the chosen graphs as one, unless it has a FROM of its own or a view says what it sees.

        Errors:
            UsageError: the text is not a SPARQL query, or is one that would ask other servers.
            InputError: the store is damaged.
        """
        view = view or View()
        if nests_too_deeply(sparql):
            raise UsageError("this query nests too deeply to be answered: simplify it")
        text = local(sparql, view.services)
        if text is None:
            raise UsageError(
                "SERVICE would make this machine ask the server that the query names, and only the graph here is "
                "asked: send the query to an endpoint that may do that (--endpoint URL)"
            )
        try:
            with reading("the store"), _known_functions():
                return self._store.query(text, base_iri=view.base or None, prefixes=KNOWN, **self._seen(text, view))
        except SyntaxError as error:
            line, fault = syntax_fault(error, sparql)
            raise UsageError(f"this is not a SPARQL query: line {line or '?'}, {fault}") from None

    def _seen(self, sparql: str, view: View) -> dict[str, Any]:
        """Return what tells the engine which graphs a query sees."""
        if view.default_graphs or view.named_graphs:
            names = [[*map(ox.NamedNode, dict.fromkeys(graphs))] for graphs in view[:2]]  # twice is as good as once
            return {"default_graph": names[0], "named_graphs": names[1]}
        if has_keyword(sparql, "FROM"):
            return {}
        return {"use_default_graph_as_union": True} if self._union else {"default_graph": self._graphs}

    def has(self, graph: str) -> bool:
        """Tell whether there is a named graph, by its IRI."""
        with reading("the store"):
            return self._store.contains_named_graph(ox.NamedNode(graph))

    def triples(self, graph: str = "") -> Iterable[ox.Triple]:
        """Yield every triple of a named graph, or that queries see, once for each graph it is in."""
        with reading("the store"):
            for each in [ox.NamedNode(graph)] if graph else self._graphs:
                for quad in self._store.quads_for_pattern(None, None, None, each):
                    yield quad.triple


@contextmanager
def _known_functions() -> Iterator[None]:
    """Tell whoever calls a function that the engine does not have; it raises what it raises for a damaged store."""
    try:
        yield
    except RuntimeError as error:
        if str(error).startswith("The custom "):
            raise UsageError(f"{str(error)[:1].lower()}{str(error)[1:]} here: use those of SPARQL 1.1") from None
        raise


class Graph:
    """A graph that answers stored questions and free SPARQL; made by `sengraph.open`.

    Args:
        engine: runs the queries.
        library: the stored questions.
        origins: returns what is asserted, and the file that each triple is from; or what a store asserts. None if that
            is not here.
    """

    def __init__(
        self, engine: Engine, library: Library, origins: Callable[[], Mapping[ox.Triple, str] | Asserted] | None = None
    ) -> None:
        self._engine = engine
        self._origins = origins
        self._explainer: Explainer | StoreExplainer | None = None
        self.questions = library
        self.names = Names(self.select)

    def ask(self, question: str, /, **parameters: object) -> Table:
        """Answer a stored question.

        Args:
            question: its name, one of `questions.names`.
            parameters: a value by parameter name: text as on the command line, a Python value, or a term
                of pyoxigraph or rdflib; None is as if it were not given.

        Returns:
            the rows, in the order of the question.

        Errors:
            UsageError: unknown question, parameter or value (with the nearest candidates), or a question of one's
                own that returns no rows but a truth value or triples: `query(sparql(...))` answers those.
            RemoteError: the remote endpoint failed.

        >>> import sengraph
        >>> graph = sengraph.open()
        >>> answer = graph.ask("who-is-responsible", activity="report-on-policy", setting="maintained-special")
        >>> [row.who for row in answer]
        ['governing body']
        """
        answer = self.answer(self.sparql(question, **parameters))
        if isinstance(answer, Table):
            return answer
        raise UsageError(f"the question {question} has no rows to return: use graph.query(graph.sparql({question!r}))")

    def query(self, sparql: str) -> Table | bool | rdflib.Graph:
        """Run a free SPARQL query; the project's prefixes need no declaration.

        Args:
            sparql: a SELECT, ASK, CONSTRUCT or DESCRIBE query.

        Returns:
            a table for SELECT, a truth value for ASK, an rdflib graph for CONSTRUCT and DESCRIBE.

        Errors:
            UsageError: the text is not a SPARQL query, is an update, or asks other servers (SERVICE) from here.
            RemoteError: the remote endpoint failed.

        >>> import sengraph
        >>> sengraph.open().query("ASK { code:mainstream-3.1 a sen:Obligation }")
        True
        """
        answer = self.answer(sparql)
        return answer.to_rdflib() if isinstance(answer, Triples) else answer

    def sparql(self, question: str, /, **parameters: object) -> str:
        """Return the SPARQL text of a stored question with its parameters bound, to run anywhere.

        Errors:
            UsageError: as `ask`.
        """
        stored = self.questions[question]
        given = {stored.parameter(name).name: value for name, value in parameters.items() if value is not None}
        for parameter in stored.parameters:
            if parameter.default is not None:
                given.setdefault(parameter.name, parameter.default)
        return stored.sparql({name: self._bind(stored, stored.parameter(name), value) for name, value in given.items()})

    def answer(self, sparql: str) -> Answer:
        """Run SPARQL text and return the answer whole.

        Errors:
            UsageError: the text is not a SPARQL query, or is an update.
        """
        return self.whole(self.run(sparql), sparql)

    def whole(self, raw: Raw, sparql: str = "") -> Answer:
        """Return the answer that `run` gave, whole.

        Args:
            raw: what the engine returned; it is used up.
            sparql: the query.
        """
        if isinstance(raw, ox.QuerySolutions):
            with reading("the store"):
                rows = list(raw)
            return Table([variable.value for variable in raw.variables], rows, sparql, self.names.label)
        if isinstance(raw, ox.QueryBoolean):
            return bool(raw)
        with reading("the store"):
            return Triples(list(raw), sparql)

    def run(self, sparql: str, view: View | None = None) -> Raw:
        """Run SPARQL text and return what the engine does, ready to be serialised.

        Args:
            sparql: a query.
            view: what it sees, on the embedded store; what any query does if None.

        Errors:
            UsageError: the text is not a SPARQL query, or is an update.
        """
        try:
            return self._engine.run(sparql) if view is None else self._embedded().run(sparql, view)
        except UsageError:
            if is_update(sparql):
                raise UsageError("this is an update, and only queries are answered here: nothing was changed") from None
            raise

    def explain(self, subject: object, predicate: object, object_: object, *, most: int = 1) -> Explanation:
        """Explain why a triple holds, or what it lacks if it does not.

        Args:
            subject, predicate, object_: names as on the command line (a compact name, IRI, short name or label; `a`
                is rdf:type; a literal is written as in Turtle), or terms of pyoxigraph.
            most: how many proofs to give; they differ in their last step, the shortest comes first.

        Returns:
            the explanation: `str()` is a tree for people, `as_json()` and `markdown()` are for others; it is true if
            the triple holds.

        Errors:
            UsageError: a name is not known, or the graph is at an endpoint.
            InputError, LimitError: as `sengraph.reason`.

        >>> import sengraph
        >>> graph = sengraph.open()
        >>> print(graph.explain("sen:party-senco", "sen:counterpartOf", "sen:party-sen-team"))
        sen:party-senco sen:counterpartOf sen:party-sen-team   prp-spo2
        ├─ sen:counterpartOf owl:propertyChainAxiom ( sen:performs sen:performedBy )   [1]
        ├─ sen:party-senco sen:performs sen:function-sen-coordination   [1]
        └─ sen:function-sen-coordination sen:performedBy sen:party-sen-team   prp-inv2
           ├─ sen:performedBy owl:inverseOf sen:performs   [1]
           └─ sen:party-sen-team sen:performs sen:function-sen-coordination   [1]
        <BLANKLINE>
        prp-spo2  ?p owl:propertyChainAxiom [path ?pi] , ?u ?pi ?v => ?u ?p ?v
        prp-inv2  ?p1 owl:inverseOf ?p2 , ?x ?p2 ?y => ?y ?p1 ?x
        [1] sen.ttl
        <BLANKLINE>
        """
        explainer = self._explained()
        s, p, o = (self._term(given) for given in (subject, predicate, object_))
        if isinstance(s, ox.Literal) or not isinstance(p, ox.NamedNode):
            raise UsageError("the subject of a triple is no literal, and its predicate is an IRI")
        return explainer.explain(ox.Triple(s, p, o), most)

    def contradictions(self) -> list[Contradiction]:
        """Explain what contradicts itself in the graph: the first few cases that each rule finds.

        Returns:
            the contradictions, each with proofs of the facts that contradict each other; none if it is consistent.

        Errors:
            UsageError: the graph is at an endpoint.
        """
        return self._explained().contradictions()

    def _explained(self) -> Explainer | StoreExplainer:
        """Return what explains this graph, made when it is first wanted."""
        if self._origins is None:
            raise UsageError("a graph at an endpoint cannot be explained from here: open its files instead")
        if self._explainer is None:
            from sengraph.explanation import Explainer, StoreExplainer

            origins = self._origins()
            self._explainer = Explainer(origins) if isinstance(origins, Mapping) else StoreExplainer(origins)
        return self._explainer

    def _term(self, given: object) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        """Return the term that a person means."""
        if isinstance(given, ox.NamedNode | ox.BlankNode | ox.Literal):
            return given
        text = str(given)
        if text == "a":
            return ox.NamedNode(f"{RDF}type")
        if text.startswith(('"', "'")) or text in ("true", "false") or re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
            return binding.literal(text)
        return ox.NamedNode(self.names.resolve(text, ""))

    def has_graph(self, graph: str) -> bool:
        """Tell whether the store has a named graph, by its IRI, whether queries see it or not.

        Errors:
            UsageError: the graph is at an endpoint.
        """
        return self._embedded().has(graph)

    def triples(self, graph: str = "") -> Iterable[ox.Triple]:
        """Return the triples of a named graph of the store, or all that queries see.

        Errors:
            UsageError: the graph is at an endpoint.
        """
        return self._embedded().triples(graph)

    def _embedded(self) -> Embedded:
        if not isinstance(self._engine, Embedded):
            raise UsageError("a graph at an endpoint is not served from here: open a store or files")
        return self._engine

    def to_rdflib(self) -> rdflib.Graph:
        """Return all triples that queries see as an rdflib graph."""
        from sengraph.interop import graph_to_rdflib

        return graph_to_rdflib(self._engine.triples())

    def choices(self, parameter: Parameter) -> list[str]:
        """Return the values a parameter can have, as a user would type them; empty where there is no end of them."""
        if parameter.choices or not parameter.is_class:
            return list(parameter.choices)
        return self.names.instances(expand(parameter.type) or "")

    def _bind(self, question: Question, parameter: Parameter, value: object) -> str:
        """Return the SPARQL text of one value."""
        where = f"--{parameter.name.replace('_', '-')} of the question {question.name}"
        try:
            if parameter.choices and (given := binding.lexical(value)) not in parameter.choices:
                raise UsageError(f"{shown(given)} is not one of the choices. {did_you_mean(given, parameter.choices)}")
            if parameter.required and parameter.type == "string" and not binding.lexical(value).strip():
                raise UsageError("a text is wanted, and this one is blank")
            if not (parameter.is_class or parameter.type == "iri"):
                return binding.term(value, parameter.type)
            text = value.value if isinstance(value, ox.NamedNode) else value
            if not isinstance(text, str):
                raise UsageError(f"a name or an IRI is wanted, not a Python {type(value).__name__}")
            cls = expand(parameter.type) or ""
            if parameter.is_class and not self.names.exist(cls):
                if cls.startswith(GIAS) or cls == f"{SEN}Establishment":
                    raise UsageError(NO_REGISTER)
                found = self.select("SELECT DISTINCT ?class { ?thing a ?class }")
                classes = [compact(row["class"].value) for row in found if isinstance(row["class"], ox.NamedNode)]
                raise UsageError(f"nothing here is a {parameter.type}. {did_you_mean(parameter.type, classes)}")
            return binding.term(self.names.resolve(text, cls), "iri")
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None

    def select(self, sparql: str) -> Iterable[ox.QuerySolution]:
        """Run a SELECT query and return its solutions as the engine finds them."""
        raw = self._engine.run(sparql)
        assert isinstance(raw, ox.QuerySolutions)
        return raw

    def __repr__(self) -> str:
        return f"<sengraph graph with {len(self.questions.names)} stored questions>"


def open_graph(
    *files: Path | str,
    store: Path | str | None = None,
    endpoint: str | None = None,
    align: Sequence[Path | str] = (),
    inference: bool = True,
    graphs: Sequence[str] = (),
    queries: Path | str | None = None,
    library: Library | None = None,
    timeout: float = 60.0,
    notify: Callable[[str], None] = lambda line: None,
) -> Graph:
    """Open a graph: the packaged one, one's own files, a store on disk or a remote endpoint.

    Args:
        files: RDF files to open as one graph instead of the packaged one; what they import of the packaged
            ontologies is read with them.
        store: a folder with a store on disk.
        endpoint: the URL of a SPARQL 1.1 endpoint.
        align: alignments with other vocabularies to have in the graph, so that it can be asked in their terms: names
            of packaged ones (`org`, `dpv`, ...), `all` for every one of them, and RDF files of one's own.
        inference: also see what follows; without it only what was asserted.
        graphs: the graphs that queries see, by IRI, compact name or, for the packaged ones, short name (`asserted`,
            `inferred`); none for all but dated snapshots.
        queries: a folder of stored questions to have besides the packaged ones.
        library: the stored questions, if they have been read already.
        timeout: seconds that a remote endpoint may take for one answer.
        notify: takes a line of text for the person who waits.

    Returns:
        the graph.

    Errors:
        UsageError: more than one source is given, a graph or an alignment that is not there, an alignment to be had in
            a store or at an endpoint, or a timeout that is no time.
        InputError: a file, folder or store cannot be read or understood.
        InconsistentError: the files contradict themselves; an alignment contradicts the rest (with the proof).

    >>> import sengraph
    >>> sengraph.open(align=["dpv"]).query("ASK { code:mainstream-3.1 a dpv:Obligation }")
    True
    """
    from sengraph import load
    from sengraph import store as stores
    from sengraph.versions import open_current

    if bool(files) + (store is not None) + (endpoint is not None) > 1:
        raise UsageError("files, a store and an endpoint were given: choose one")
    if not 0 < timeout <= LONGEST_WAIT:
        raise UsageError(f"a timeout is a number of seconds above 0 and not above {LONGEST_WAIT}")
    aligned = load.aligned(align)
    if aligned and (store is not None or endpoint is not None):
        refuse_alignment(aligned, store)
    graphs = [*dict.fromkeys(map(_graph_iri, graphs))]
    library = library or Library(load.queries_dir(), *([Path(queries)] if queries is not None else []))
    if endpoint is not None:
        if not inference:
            raise UsageError("an endpoint's inferences cannot be left out from here: name the graphs to see instead")
        from sengraph.remote import Endpoint

        return Graph(Endpoint(endpoint, graphs=graphs, timeout=timeout), library)
    if store is not None:
        version = open_current(Path(store))  # held for as long as the graph is
        engine = Embedded(version.store, graphs, inference=inference)
        return Graph(engine, library, lambda: stores.Asserted(version.store))
    chosen = [*(files or load.packaged_files()), *aligned]
    quads = in_memory(chosen, aligned, inference=inference, notify=notify)
    return Graph(
        Embedded(quads, graphs),
        library,
        lambda: {triple: path.name for triple, path in load.origins(chosen).items()},
    )


def in_memory(
    files: Sequence[Path | str],
    aligned: Sequence[Path],
    *,
    inference: bool = True,
    notify: Callable[[str], None] = lambda line: None,
) -> ox.Store:
    """Open RDF files, alignments among them, with what follows.

    Args:
        files: all files.
        aligned: those of them that are alignments.
        inference, notify: as `store.from_files`.

    Errors:
        InputError: a file cannot be read or understood.
        InconsistentError: the files contradict themselves; an alignment contradicts the rest (with the proof).
    """
    from sengraph.store import from_files

    try:
        return from_files(files, inference=inference, notify=notify)
    except InconsistentError as error:
        raise (_misaligned(files, aligned) if aligned else None) or error from None


def refuse_alignment(aligned: Sequence[Path], store: Path | str | None) -> None:
    """Say how alignments get to where a graph is that is not closed here.

    Args:
        aligned: their files.
        store: the folder of a store; None for an endpoint.

    Errors:
        UsageError: always.
    """
    paths = " ".join(shlex.quote(str(path)) for path in aligned)
    if store is not None:
        raise UsageError(
            f"a store is asked as it is: to have an alignment in it, load it (sengraph load {paths} --store "
            f"{shlex.quote(str(store))}) and leave out --align"
        )
    raise UsageError(
        "an endpoint is asked as it is: whoever keeps it loads the alignment there, and what follows with it "
        f"(sengraph load {paths} --store DIR); leave out --align"
    )


def _misaligned(files: Sequence[Path | str], aligned: Sequence[Path]) -> InconsistentError | None:
    """Return what to say of alignments that contradict the rest: which ones, and why; None if none has to do with it.

    Args:
        files: all files of the graph.
        aligned: those of them that are alignments.
    """
    from sengraph import load
    from sengraph.explanation import Explainer
    from sengraph.reasoning.proofs import parts

    origins = load.origins(files)
    packaged = load.alignments().values()
    for contradiction in Explainer({triple: path.name for triple, path in origins.items()}).contradictions():
        stated = {origins.get(part.triple) for proof in contradiction.proofs for part in parts(proof)}
        found = [path for path in aligned if path in stated]
        if guilty := [path for path in found if path not in packaged] or found:
            names = " and ".join(map(str, guilty))
            verb = "contradicts" if len(guilty) == 1 else "contradict"
            return InconsistentError(f"{names} {verb} the rest of the graph:\n\n{contradiction}".rstrip())
    return None


def _graph_iri(name: str) -> str:
    """Return the IRI of the graph that a person means: an IRI, a compact name, or a short name such as `asserted`."""
    iri = expand(name) or (name if not name or ":" in name else GRAPH + name)
    try:
        return ox.NamedNode(iri).value
    except ValueError:
        raise UsageError(f"{shown(name)} names no graph: give an IRI, or a short name such as 'asserted'") from None
