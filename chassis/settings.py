"""What a service is told from outside, by environment variables of the same names."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """
    database_url             the service's own PostgreSQL database
    kafka_bootstrap_servers  host:port, comma-separated
    kafka_replicas           of the topics that are not there yet
    oidc_issuer              whose tokens are accepted; its key set is found by OIDC discovery
    oidc_audience            the audience that a token must name
    oidc_claim               the claim of a token that says who somebody is here: the id that the
                             directory has for the person
    agency                   short name of the agency that this installation serves
    port                     where HTTP is served, on `host`
    simulated_time           the demonstration only: a request may say when it happens
                             (`Simulated-Time`); without it the header is refused
    """

    database_url: str
    kafka_bootstrap_servers: str
    kafka_replicas: int = 1
    oidc_issuer: str
    oidc_audience: str = "kinerja"
    oidc_claim: str = "sub"
    agency: str = "kinerja"
    host: str = "127.0.0.1"
    port: int = 8000
    simulated_time: bool = False

    @property
    def kafka(self) -> dict[str, object]:
        """Arguments of every Kafka client."""
        return {"bootstrap_servers": self.kafka_bootstrap_servers}
