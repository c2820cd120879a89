import java.io.File;
import java.io.PrintStream;

import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.io.FileDocumentSource;
import org.semanticweb.owlapi.io.OWLOntologyLoaderMetaData;
import org.semanticweb.owlapi.io.RDFParserMetaData;
import org.semanticweb.owlapi.io.RDFTriple;
import org.semanticweb.owlapi.model.MissingImportHandlingStrategy;
import org.semanticweb.owlapi.model.OWLAnnotation;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLDeclarationAxiom;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyLoaderConfiguration;
import org.semanticweb.owlapi.model.OWLOntologyManager;

/**
 * Tells what the OWL API reads in files: the file, the kind of axiom and the axiom, parted by tabs, a line each.
 *
 * Files that follow one another are read together, so that one can import those before it; "--" begins anew. What is
 * imported and was not read before is left out. Triples that became no axiom are of the kind "Unparsed".
 */
public class Axioms {
    private static PrintStream out;

    public static void main(String[] words) throws Exception {
        out = new PrintStream(System.out, true, "UTF-8");
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        for (String word : words) {
            if (word.equals("--")) {
                manager = OWLManager.createOWLOntologyManager();
            } else {
                read(manager, word);
            }
        }
    }

    private static void read(OWLOntologyManager manager, String file) throws Exception {
        OWLOntologyLoaderConfiguration lenient = new OWLOntologyLoaderConfiguration()
            .setMissingImportHandlingStrategy(MissingImportHandlingStrategy.SILENT);
        FileDocumentSource source = new FileDocumentSource(new File(file));
        OWLOntology ontology = manager.loadOntologyFromOntologyDocument(source, lenient);
        tell(file, "OntologyID", ontology.getOntologyID());
        for (OWLAnnotation annotation : ontology.getAnnotations()) {
            tell(file, "OntologyAnnotation", annotation);
        }
        for (OWLAxiom axiom : ontology.getAxioms()) {
            String kind = axiom.getAxiomType().getName();
            if (axiom instanceof OWLDeclarationAxiom) {
                kind = "Declare" + ((OWLDeclarationAxiom) axiom).getEntity().getEntityType().getName();
            }
            tell(file, kind, axiom);
        }
        OWLOntologyLoaderMetaData found = manager.getOntologyFormat(ontology).getOntologyLoaderMetaData();
        if (found instanceof RDFParserMetaData) {
            for (RDFTriple triple : ((RDFParserMetaData) found).getUnparsedTriples()) {
                tell(file, "Unparsed", triple);
            }
        }
    }

    private static void tell(String file, String kind, Object axiom) {
        out.println(file + "\t" + kind + "\t" + axiom.toString().replaceAll("\\s+", " "));
    }
}
