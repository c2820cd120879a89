"""The server: a SPARQL endpoint, stored questions and descriptions of the data, over HTTP.

The process that listens has no store and runs no query. It passes each request whole to a worker process,
which has the data open read-only, and kills a worker that takes too long; the others do not notice.
Changes, if it takes any, are made by one more worker.

    messages   a request, a response, and how they go over a socket     pool      the workers, as the server sees them
    worker     the process that answers                                 limits    how much an answer may be
    protocol   SPARQL and Graph Store Protocol: what is asked           respond   a request and the data to a response
    app        the edge: HTTP in and out                                metrics   what is told of it to Prometheus
    server     listens, and runs all this                               dataset   what a worker has open
    connection HTTP/1.1 with time limits                                write     a change to the next version
    update     an update, made to fit how the graphs are laid out
"""
