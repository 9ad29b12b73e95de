-- How a person proves who they are. One natural person, one account: the person is the key.
create table account (
  person_id text primary key references person,
  username text not null unique check (username = lower(username) and username ~ '^[[:graph:]]{1,64}$'),
  password text check (password like '$argon2id$%'),
  totp_secret bytea,
  totp_last_step bigint not null default 0,
  demonstration boolean not null default false,
  stopped_at timestamptz,
  created_at timestamptz not null,
  last_sign_in_at timestamptz
);
comment on column account.password is 'PHC string (argon2id); null where the hospital''s own identity provider or directory proves the person';
comment on column account.totp_secret is 'sealed with the key in DATA_DIR/keys (AES-256-GCM: 12 bytes nonce, text, 16 bytes tag)';
comment on column account.totp_last_step is 'RFC 6238 time step of the last code accepted: it and older ones are refused';
comment on column account.demonstration is 'true for published secrets: production does not start while one exists';

create table passkey (
  credential_id text primary key,
  person_id text not null references account,
  public_key bytea not null,
  counter bigint not null check (counter >= 0),
  transports text[] not null default '{}',
  name text not null,
  synced boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
comment on column passkey.counter is 'signature counter (WebAuthn L3 §6.1.1): one that does not grow betrays a copy';
comment on column passkey.synced is 'true when it may live on several devices (backup eligible)';
create index passkey_person on passkey (person_id);

-- Tries are counted before they are judged, so that parallel guesses cannot overtake the count.
create table sign_in_attempt (
  scope text not null check (scope in ('account', 'address')),
  key text not null,
  failures integer not null check (failures >= 0),
  locked_until timestamptz,
  last_at timestamptz not null,
  primary key (scope, key)
);
comment on column sign_in_attempt.key is 'SHA-256 of the user name or address, base64: names that do not exist are counted like those that do';

-- What stands between two steps of a sign-in; used once.
create table sign_in_ticket (
  ticket_hash bytea primary key,
  kind text not null check (kind in ('code', 'passkey', 'passkey-registration', 'passkey-step-up', 'oidc')),
  person_id text references person,
  payload jsonb not null,
  tries integer not null default 0,
  expires_at timestamptz not null
);
create index sign_in_ticket_expiry on sign_in_ticket (expires_at);
