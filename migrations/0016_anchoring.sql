-- What holds the ledger from outside: cosignatures of witnesses, time-stamps, archive time-stamps, successions of keys.
-- Formats and reasons: docs/formats/anchoring.md.

create table ledger_cosignature (
  origin text not null,
  size bigint not null check (size > 0),
  witness text not null,
  key_id bigint not null check (key_id between 0 and 4294967295),
  line text not null,
  cosigned_at timestamptz not null,
  primary key (origin, size, witness, key_id)
);
comment on table ledger_cosignature is 'Cosignatures under our checkpoints (C2SP tlog-cosignature), as witnesses gave them.';
comment on column ledger_cosignature.origin is 'First line of the checkpoint: which of the institution''s logs.';
comment on column ledger_cosignature.witness is 'Name of the witness''s key.';
comment on column ledger_cosignature.line is 'The signature line without its newline; it goes below the checkpoint''s own.';
comment on column ledger_cosignature.cosigned_at is 'By the witness''s clock, as signed.';

create table ledger_witness (
  origin text not null,
  witness text not null,
  key_id bigint not null check (key_id between 0 and 4294967295),
  size bigint not null check (size >= 0),
  answered_at timestamptz,
  failure text,
  primary key (origin, witness, key_id)
);
comment on table ledger_witness is 'What we know of each witness: where it stands, so that the next proof begins there.';
comment on column ledger_witness.size is 'Size it has cosigned last, by its own word.';
comment on column ledger_witness.failure is 'Why its last answer was none; null after a cosignature.';

create table ledger_witnessed (
  origin text primary key,
  size bigint not null check (size > 0),
  witnessed_at timestamptz not null
);
comment on table ledger_witnessed is 'The newest checkpoint of each log that satisfies the policy of witnesses.';
comment on column ledger_witnessed.witnessed_at is 'Time of the cosignature that met the quorum.';

create function ledger_witnessed_grows() returns trigger language plpgsql as $$
begin
  if new.origin <> old.origin or new.size < old.size then
    raise exception 'what was witnessed stays witnessed' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger ledger_witnessed_only_grows before update on ledger_witnessed
  for each row execute function ledger_witnessed_grows();

create table ledger_contradiction (
  id bigint generated always as identity primary key,
  found_at timestamptz not null,
  problem text not null check (problem in ('fork', 'rollback')),
  origin text not null,
  witness text not null,
  own_size bigint not null,
  own_root bytea not null check (octet_length(own_root) = 32),
  witness_size bigint not null,
  evidence text,
  confirmed boolean not null,
  sequence bigint not null,
  unique (problem, origin, witness, witness_size)
);
comment on table ledger_contradiction is 'A witness holds another history than ours: the alarm. One row and one entry for each contradiction.';
comment on column ledger_contradiction.problem is 'fork: it refuses our proof, or has another root at our size; rollback: it has a larger size than we have.';
comment on column ledger_contradiction.evidence is 'The checkpoint it holds, where it showed one.';
comment on column ledger_contradiction.confirmed is 'The evidence is signed by a key of our own log.';
comment on column ledger_contradiction.sequence is 'The system entry that tells of it.';
create trigger ledger_contradiction_stays before update or delete or truncate on ledger_contradiction
  for each statement execute function ledger_refuse_change();

create table ledger_timestamp (
  id bigint generated always as identity primary key,
  origin text not null,
  size bigint not null check (size > 0),
  algorithm text not null check (algorithm in ('sha256', 'sha384', 'sha512', 'sm3')),
  token bytea not null,
  stamped_at timestamptz not null,
  authority text not null,
  certificates_until timestamptz not null
);
comment on table ledger_timestamp is 'Time-stamp tokens (RFC 3161) over the text of checkpoints.';
comment on column ledger_timestamp.algorithm is 'Digest of the checkpoint''s text (its first three lines) that was stamped.';
comment on column ledger_timestamp.stamped_at is 'By the authority''s clock, as signed.';
comment on column ledger_timestamp.certificates_until is 'When the first certificate of its path ends; stamped anew before then.';
create index ledger_timestamp_of on ledger_timestamp (origin, size);
create trigger ledger_timestamp_stays before update or delete or truncate on ledger_timestamp
  for each statement execute function ledger_refuse_change();

create table ledger_anchor (
  sequence bigint primary key,
  anchored_at timestamptz not null
);
comment on table ledger_anchor is 'Which entries are anchors: they bind the logs of both suites, and their time-stamps, into each other.';
create trigger ledger_anchor_stays before update or delete or truncate on ledger_anchor
  for each statement execute function ledger_refuse_change();

create table ledger_archive (
  number bigint primary key check (number >= 0),
  manifest text not null,
  token bytea not null,
  algorithm text not null check (algorithm in ('sha256', 'sha384', 'sha512', 'sm3')),
  stamped_at timestamptz not null,
  certificates_until timestamptz not null
);
comment on table ledger_archive is 'Archive time-stamps in the manner of RFC 4998: each covers the newest checkpoints, all tokens before it, and its predecessor.';
comment on column ledger_archive.manifest is 'Canonical JSON of what was digested; its digest is what was stamped.';
create trigger ledger_archive_stays before update or delete or truncate on ledger_archive
  for each statement execute function ledger_refuse_change();

create table ledger_succession (
  origin text not null,
  number bigint not null check (number >= 0),
  note text not null,
  key_id text not null check (key_id ~ '^[0-9a-f]{8}$'),
  sequence bigint not null,
  primary key (origin, number)
);
comment on table ledger_succession is 'How one key of a log handed over to the next: a statement signed by both.';
comment on column ledger_succession.key_id is 'Key id (C2SP signed-note) of the key that reigns from then on, hex.';
comment on column ledger_succession.sequence is 'The entry that holds the same statement.';
create trigger ledger_succession_stays before update or delete or truncate on ledger_succession
  for each statement execute function ledger_refuse_change();

-- After a succession no process signs on with the key before it, whatever it has in its memory.
create function ledger_key_reigns() returns trigger language plpgsql as $$
declare
  log text := split_part(new.note, E'\n', 1);
  reigning text;
begin
  select key_id into reigning from ledger_succession where origin = log order by number desc limit 1;
  if found and not exists (
    select from regexp_split_to_table(new.note, E'\n') as signature (line)
    where starts_with(line, '— ' || log || ' ')
      and encode(substring(decode(split_part(line, ' ', 3), 'base64') for 4), 'hex') = reigning)
  then
    raise exception 'this key of % no longer reigns', log using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger ledger_checkpoint_key_reigns before insert on ledger_checkpoint
  for each row execute function ledger_key_reigns();
create trigger ledger_guomi_checkpoint_key_reigns before insert on ledger_guomi_checkpoint
  for each row execute function ledger_key_reigns();
