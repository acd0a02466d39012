-- Who is signed in. `id` is the SHA-256 of what the browser's cookie says, which stands nowhere here.
-- `person` is who the services take the bearer for; `subject` and `sid` are the issuer's words for the
-- one who signed in and for the sign-in, by which it ends sessions (OpenID Connect Back-Channel
-- Logout 1.0). `tokens` is sealed. A session that is over is kept for a while: a form that comes
-- after it still finds its owner.
create table session (
    id bytea primary key,
    person text not null,
    subject text not null,
    sid text,
    tokens bytea not null,
    began timestamptz not null default now(),
    seen timestamptz not null default now(),
    ended timestamptz
);

create index on session (subject) where ended is null;
create index on session (began);

-- Sign-ins under way: `id` as above, of a cookie that lives as long. Whoever comes back from the
-- issuer takes it away.
create table sign_in (
    id bytea primary key,
    sealed bytea not null,
    began timestamptz not null default now()
);

create index on sign_in (began);
