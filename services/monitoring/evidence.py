"""Evidence (bukti dukung) as people send it."""

from chassis.fields import Body, Link, Text
from contracts.monitoring import Evidence


class EvidenceBody(Body):
    title: Text
    link: Link

    def evidence(self) -> Evidence:
        return Evidence(title=self.title, link=str(self.link))
