-- How far the demonstration hospital is loaded. Versions of records are never removed, so an interrupted load goes on
-- where it stopped: the hospital is generated again, part for part the same, from what stands here.
create table demonstration (
  only_row boolean primary key default true check (only_row),
  seed text not null,
  patients integer not null check (patients > 0),
  ends_at timestamptz not null,
  part_patients integer not null check (part_patients > 0),
  begun_at timestamptz not null,
  finished_at timestamptz
);
comment on table demonstration is 'exists in a demonstration only; its row is written in the transaction that loads the directory';
comment on column demonstration.ends_at is 'now, as the generator was told: the simulated time ends at the local midnight before it';
comment on column demonstration.part_patients is 'patients in one part; part 0 is the hospital itself, part n the n-th run of patients';
comment on column demonstration.finished_at is 'null while the load is incomplete';

create table demonstration_part (
  part integer primary key check (part >= 0),
  records integer not null
);
comment on table demonstration_part is 'parts that are loaded, each written in the transaction of its records';
