-- Reminders that somebody has asked for: that those of a unit who owe their SKP of a year be reminded of it; with
-- those of all units below it, if `whole`. Each once a day. `after` is how far it has come in planning's order, and
-- `count` how many it has reminded.
create table reminder (
    unit text not null,
    year int not null,
    whole boolean not null,
    day date not null,
    asked_by text not null,
    asked timestamptz not null default now(),
    after text not null default '',
    count int not null default 0,
    done boolean not null default false,
    primary key (unit, year, whole, day)
);

create index on reminder (asked) where not done;
create index on reminder (day);

-- The day of a notice that somebody has asked for: nobody has two of a day. `sealed` says who it was.
alter table notice add column asked date;

create unique index on notice (person, asked) where asked is not null;
create index on notice (asked) where asked is not null and told is null and closed is null;
