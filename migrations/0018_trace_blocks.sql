-- The trace as an inverted index in blocks. Units of the journal (stretches of 1,024 entries; once 256 of them are full,
-- segments of 262,144) have, for each of their terms (this patient, this terminal, this kind …), the places at which
-- it stands. Many terms share a row, so an entry costs a thirtieth of a row, not one for each filter, and any
-- combination of filters is an intersection. Format, reasons, figures: docs/formats/ledger.md.

drop function ledger_project(integer, boolean);
drop table trace;
drop type entry_actor, entry_terminal, entry_record;

create table trace_block (
  level smallint not null check (level in (0, 1)),
  bucket smallint not null check (bucket >= 0 and bucket < case level when 0 then 32 else 4096 end),
  unit integer not null check (unit >= 0),
  terms bytea not null,
  primary key (level, bucket, unit)
);
comment on table trace_block is 'Which entries hold which terms. Made from the journal; may be emptied and made again, with trace_stretch and trace_head.';
comment on column trace_block.level is '0: unit is a stretch of 1,024 entries. 1: unit is a segment of 262,144, which takes the place of its stretches.';
comment on column trace_block.bucket is 'First 5 (level 0) or 12 (level 1) bits of the hashes of its terms.';
comment on column trace_block.terms is 'For each term its hash (uint32, big-endian), the length of its places and the places (src/ledger/trace-block.ts).';
alter table trace_block alter column terms set storage external;

create table trace_stretch (
  stretch integer primary key check (stretch >= 0),
  first_recorded timestamptz not null,
  last_recorded timestamptz not null check (last_recorded >= first_recorded),
  recorded bytea not null check (octet_length(recorded) = 4096)
);
comment on table trace_stretch is 'One row for each 1,024 entries of the journal that stand in trace_block.';
comment on column trace_stretch.stretch is 'Sequences from 1,024 × stretch on.';
comment on column trace_stretch.first_recorded is 'Least time of its entries: clocks may step back, so it need not be that of the first.';
comment on column trace_stretch.recorded is 'For each entry in order, milliseconds after first_recorded as uint32, little-endian; at most 2^32 - 1.';
alter table trace_stretch alter column recorded set storage external;

update trace_head set projected_upto = 0;
comment on column trace_head.projected_upto is 'Entries below this sequence stand in trace_block, each exactly once: whole stretches.';
alter table trace_head add constraint trace_head_whole_stretches check (projected_upto % 1024 = 0);
