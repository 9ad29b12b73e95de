-- Completeness and continuity: what each process counted, the gaps that were found, and the spools that traced uses
-- while this database was away. Reasons and rules: docs/continuity.md.

create table counting_process (
  id text primary key,
  started_at timestamptz not null,
  heard_at timestamptz not null,
  ended_at timestamptz,
  opened_sequence bigint not null,
  judged_minute bigint
);
comment on table counting_process is 'Each run of a server that counts what leaves it.';
comment on column counting_process.heard_at is 'When it last wrote down what it counted.';
comment on column counting_process.ended_at is 'When it stopped in good order; null while it runs, and for ever after a crash.';
comment on column counting_process.opened_sequence is 'Its counting-started entry.';
comment on column counting_process.judged_minute is 'Up to this minute every bucket was found and judged.';

create table counting_bucket (
  process_id text not null references counting_process,
  minute bigint not null check (minute >= 0),
  closed boolean not null default false,
  answers bigint not null default 0,
  answer_bytes bigint not null default 0,
  stopped bigint not null default 0,
  spool_answers bigint not null default 0,
  receipts bytea not null default '',
  readings bigint not null default 0,
  spool_readings bigint not null default 0,
  permits bytea not null default '',
  statements bigint not null default 0,
  reconciled boolean not null default false,
  primary key (process_id, minute)
);
comment on table counting_bucket is 'One minute of one process, written anew every few seconds until it is closed.';
comment on column counting_bucket.minute is 'Minutes since 1970-01-01T00:00Z, by the clock of the process.';
comment on column counting_bucket.answers is 'HTTP answers that carried content of records or traces, counted as they left.';
comment on column counting_bucket.stopped is 'Answers with content and without a receipt: stopped before they left.';
comment on column counting_bucket.receipts is 'Receipts of the answers: differences as signed variable-length integers. Emptied once reconciled.';
comment on column counting_bucket.readings is 'Records whose content left the store.';
comment on column counting_bucket.permits is 'Permits under which content left the store, as receipts.';
comment on column counting_bucket.statements is 'Statements this process sent to the tables of records.';
create index counting_bucket_open on counting_bucket (minute) where not reconciled;

create table completeness_head (
  only_row boolean primary key default true check (only_row),
  judged_upto bigint not null default 0 check (judged_upto >= 0)
);
comment on table completeness_head is 'One row: below judged_upto every permit was looked at once it was old enough to have ended.';
insert into completeness_head default values;

create table completeness_gap (
  sequence bigint primary key,
  counter text not null,
  subject text not null,
  found_at timestamptz not null,
  detail jsonb not null,
  healed_by bigint,
  unique (counter, subject)
);
comment on table completeness_gap is 'An index over the gap entries of the ledger, which are the record; one row a finding, so that it is told once.';
comment on column completeness_gap.subject is 'What exactly is amiss, e.g. a process and a minute.';
comment on column completeness_gap.healed_by is 'Sequence of the later gap entry that says it was made good.';
create index completeness_gap_open on completeness_gap (sequence desc) where healed_by is null;

create table continuity_spool (
  id text primary key check (id ~ '^[0-9a-f]{16}$'),
  process_id text,
  key_fingerprint text not null,
  opened_sequence bigint not null,
  opened_at timestamptz not null,
  joined_upto bigint not null default 0 check (joined_upto >= 0),
  joined_sequence bigint
);
comment on table continuity_spool is 'Spools announced to the ledger before they were needed; each comes back with its joining, or is a gap.';
comment on column continuity_spool.joined_upto is 'Frames below this index stand in the ledger; moved in the transaction that appends them.';
comment on column continuity_spool.joined_sequence is 'Its spool-joined entry.';

create table continuity_receipt (
  spool_id text not null references continuity_spool,
  index bigint not null check (index >= 0),
  sequence bigint not null,
  primary key (spool_id, index)
);
comment on table continuity_receipt is 'Which entry of the ledger each receipt of a spool became; detail.spool of that entry says the same.';

create table stated_setting (
  name text primary key,
  value jsonb not null,
  sequence bigint not null
);
comment on table stated_setting is 'What of the configuration the ledger was last told: a start with another value appends a configuration-change.';
