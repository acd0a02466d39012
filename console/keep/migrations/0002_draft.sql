-- What somebody has typed and not yet sent: `form` is the path of the page that it is typed on. Sealed, for it
-- may say anything; it goes when it is sent, and after a month.
create table draft (
    person text not null,
    form text not null,
    sealed bytea not null,
    saved timestamptz not null default now(),
    primary key (person, form)
);

create index on draft (saved);

-- The positions that hold what somebody has just done, for as long as views may lack it.
alter table session add column at_least text not null default '', add column acted timestamptz;
