-- Questions to the trace, kept under a name by whoever asks them, and shared with a department or office if wished.

create table trace_question (
  id uuid primary key,
  owner text not null,
  name text not null check (length(name) between 1 and 60),
  terms jsonb not null check (jsonb_typeof(terms) = 'object'),
  office text,
  changed_at timestamptz not null,
  deleted_at timestamptz
);
comment on table trace_question is 'Each change of a row stands in the ledger as a configuration-change.';
comment on column trace_question.owner is 'Person who keeps it; nobody else changes it.';
comment on column trace_question.terms is 'Filters by name, as they are asked; identifiers, never content.';
comment on column trace_question.office is 'Department whose people may ask it too; absent, the owner alone.';
comment on column trace_question.deleted_at is 'Deleted, and may be brought back by its owner for 30 days.';
create index trace_question_of_owner on trace_question (owner);
create index trace_question_of_office on trace_question (office) where office is not null;
