-- The trace: the columns of the journal that questions filter by. A rebuildable index, never the record itself.

create table trace (
  sequence bigint primary key,
  recorded_at timestamptz not null,
  kind text not null,
  person_id text,
  patient_id text,
  department_ids text[],
  terminal text,
  device text,
  action text,
  purpose text,
  outcome smallint not null,
  record_type text,
  record_id text,
  follows bigint
);
comment on table trace is 'Projection of ledger_entry, made by ledger_project; may be emptied and made again.';
comment on column trace.sequence is 'Sequence of the entry in ledger_entry.';
comment on column trace.recorded_at is 'When the entry was sealed, by the server''s clock; nearly but not strictly in order of sequence.';
comment on column trace.department_ids is 'Departments of the acting person at that time.';
comment on column trace.terminal is 'Network address as the server saw it.';
comment on column trace.outcome is '0 success, 4 minor, 8 serious, 12 major failure (FHIR AuditEvent.outcome).';
comment on column trace.follows is 'Sequence of the permit that this entry follows.';

create index trace_patient on trace (patient_id, sequence desc) where patient_id is not null;
create index trace_person on trace (person_id, sequence desc) where person_id is not null;
-- Times come nearly in order, so that a summary of each stretch finds a time at a fraction of a tree's cost.
create index trace_recorded on trace using brin (recorded_at) with (pages_per_range = 16);

create table trace_head (
  only_row boolean primary key default true check (only_row),
  projected_upto bigint not null default 0 check (projected_upto >= 0)
) with (fillfactor = 10);
comment on table trace_head is 'One row; whoever projects holds it locked, so that one process projects at a time.';
comment on column trace_head.projected_upto is 'Entries below this sequence stand in trace, each exactly once.';
insert into trace_head default values;

create type entry_actor as (person text, departments text[]);
create type entry_terminal as (address text, device text);
create type entry_record as (type text, id text);

-- Projects up to max_rows entries and moves projected_upto in the same transaction. With wait_for_turn false it
-- returns at once, with nulls, while another process projects.
create function ledger_project(max_rows integer, wait_for_turn boolean, out projected bigint, out size bigint)
language plpgsql as $$
declare
  start bigint;
  made integer;
  last bigint;
begin
  if wait_for_turn then
    select projected_upto into start from trace_head for update;
  else
    select projected_upto into start from trace_head for update skip locked;
    if not found then return; end if;
  end if;
  select h.size into size from ledger_head h;
  with inserted as (
    insert into trace (sequence, recorded_at, kind, person_id, patient_id, department_ids, terminal, device, action,
                       purpose, outcome, record_type, record_id, follows)
      select e.sequence, r.recorded, r.kind, (r.actor).person, r.patient, (r.actor).departments,
             (r.terminal).address, (r.terminal).device, r.action, r.purpose, r.outcome,
             (r.record).type, (r.record).id, r.follows
      from ledger_entry e,
           json_to_record(e.body::json) as r (
             recorded timestamptz, kind text, actor entry_actor, patient text, terminal entry_terminal,
             action text, purpose text, outcome smallint, record entry_record, follows bigint)
      where e.sequence >= start and e.sequence < start + max_rows
      returning sequence)
    select count(*), max(sequence) into made, last from inserted;
  -- Entries commit in order of sequence: all below the head are visible, and there is nothing between them.
  if start + made < least(size, start + max_rows) or last <> start + made - 1 then
    raise exception 'the journal has a gap at or after sequence %', start using errcode = 'data_corrupted';
  end if;
  if made > 0 then
    update trace_head set projected_upto = start + made;
  end if;
  projected := start + made;
end $$;
