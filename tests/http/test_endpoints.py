"""Every endpoint that there is has a row in the tests' table; no server is needed to see it."""

from tests.http.endpoints import OPEN, OPENAPI, OPERATIONS, PROOFS, ROWS


def test_every_endpoint_has_a_row() -> None:
    assert sorted({(row.service, row.method, row.path) for row in ROWS}) == OPERATIONS


def test_the_table_and_openapi_tell_of_the_same_endpoints() -> None:
    told = {
        (service, method.upper(), path)
        for service, document in OPENAPI.items()
        for path, methods in document["paths"].items()
        for method in methods
    }
    to_anybody = {(service, "GET", path) for service in OPENAPI for path in (*OPEN, *PROOFS)}
    assert told == {*OPERATIONS, *to_anybody}
