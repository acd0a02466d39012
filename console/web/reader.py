"""Who reads, as their token says."""

from dataclasses import dataclass

import jwt


@dataclass(frozen=True, slots=True)
class Reader:
    """Nobody proves the token here, which the issuer itself has given: it decides what a page offers.
    What is shown and done the services decide, who prove it each time.

    id     as the services know the person; empty for who has not signed in
    name   to be called by; empty if the token does not say
    roles  that the agency gave
    """

    id: str = ""
    name: str = ""
    roles: frozenset[str] = frozenset()

    @property
    def finds_people(self) -> bool:
        """Planning lists people to these roles."""
        return bool(self.roles & {"personnel", "auditor"})

    @property
    def is_employee(self) -> bool:
        """Whoever comes with a role may be no person of the directory."""
        return bool(self.id) and not self.roles


NOBODY = Reader()


def reader(token: str, claim: str) -> Reader:
    """`claim` says who it is. Nobody, if the token cannot be read."""
    try:
        said = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return NOBODY
    roles = said.get("roles")
    return Reader(
        str(said.get(claim, "")),
        str(said.get("name", "")),
        frozenset(map(str, roles)) if isinstance(roles, list) else frozenset(),
    )
