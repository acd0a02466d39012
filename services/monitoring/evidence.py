"""Evidence (bukti dukung) as people send it."""

from typing import Annotated

from pydantic import AnyHttpUrl, UrlConstraints

from chassis.requests import Body, Text
from contracts.monitoring import Evidence


class EvidenceBody(Body):
    title: Text
    link: Annotated[AnyHttpUrl, UrlConstraints(max_length=2000)]

    def evidence(self) -> Evidence:
        return Evidence(title=self.title, link=str(self.link))
