-- What the issuer has said that somebody is, when they signed in last: what is due from whoever is it, the services
-- cannot tell by the person.
alter table mailbox add column roles text[] not null default '{}';

create index on mailbox (person) where roles <> '{}';
create index on notice (service) where closed is null and service like '% by role';
