"""What the console is told from outside, by environment variables of the same names."""

from typing import Self

from pydantic import model_validator

from chassis.settings import Listening, for_this_machine_alone


class ConsoleSettings(Listening):
    """
    SERVICE_url    where each service is
    oidc_issuer    who signs people in
    issuer_secret  the local issuer's: with it anybody may sign in as anybody, for the demonstration
                   on one machine only; without it nobody signs in here
    cycle          the performance cycle that the home page shows
    allowed_hosts  names, separated by blanks, under which people reach the console; a request for
                   another host is refused
    published_host where the console is reached, if not at `host`: a container's listens to all of its
                   own network, and its port is published on the machine's loopback
    """

    planning_url: str
    monitoring_url: str
    appraisal_url: str
    rewards_url: str
    evaluation_url: str
    oidc_issuer: str
    issuer_secret: str = ""
    cycle: str
    allowed_hosts: str = "127.0.0.1 localhost ::1"
    published_host: str = ""

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset(self.allowed_hosts.lower().split())

    def url(self, service: str) -> str:
        return str(getattr(self, f"{service}_url"))

    @model_validator(mode="after")
    def _demonstrate_at_home_only(self) -> Self:
        if self.issuer_secret:
            reached = self.published_host or self.host
            for_this_machine_alone("issuer_secret", self.oidc_issuer, reached, *sorted(self.hosts))
        return self
