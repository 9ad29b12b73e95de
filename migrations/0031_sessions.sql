-- Applications act for people (SMART Backend Services); a person answers for each of them.
create table application (
  id text primary key check (id ~ '^[A-Za-z0-9._-]{1,64}$'),
  name text not null check (name <> ''),
  owner_id text not null references person,
  jwks jsonb,
  jwks_url text check (jwks_url ~ '^https?://'),
  scopes text[] not null check (cardinality(scopes) > 0),
  stopped_at timestamptz,
  registered_at timestamptz not null,
  constraint application_has_one_key_source check ((jwks is null) <> (jwks_url is null))
);
comment on column application.owner_id is 'the natural person who answers for it (notice 二(一))';
comment on column application.scopes is 'SMART v2 scopes: an upper bound, never a grant';

create table application_assertion (
  application_id text not null references application,
  jti text not null,
  expires_at timestamptz not null,
  primary key (application_id, jti)
);
comment on table application_assertion is 'client assertions seen while they are valid: a second use is a replay (RFC 7523 §3)';
create index application_assertion_expiry on application_assertion (expires_at);

-- Cookies of browsers, tokens of applications and of demonstration scripts: one table, one way to end them.
create table session (
  id text primary key,
  secret_hash bytea not null unique,
  kind text not null check (kind in ('browser', 'application', 'script')),
  person_id text not null references person,
  application_id text references application,
  scopes text[],
  audience text not null,
  assurance smallint not null check (assurance in (1, 2)),
  methods text[] not null,
  stepped_up_until timestamptz,
  address text not null,
  device text,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  idle_until timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint session_application_has_scopes check
    ((kind = 'application') = (application_id is not null) and (kind = 'application') = (scopes is not null)),
  constraint session_ends_after_start check (expires_at > created_at)
);
comment on column session.id is 'what the ledger and logs call it; not the secret';
comment on column session.secret_hash is 'SHA-256 of the 256-bit secret: who reads this table cannot use a session';
comment on column session.audience is 'the server it was issued by and for';
comment on column session.idle_until is 'moves on with use, never beyond expires_at';
create index session_person on session (person_id) where ended_at is null;
create index session_expiry on session (expires_at);
