-- How people stand to patients, as read from encounters, orders and appointments. A right to read rests on these rows.
create table care_relation (
  person_id text not null,
  patient_id text not null,
  kind text not null check (kind in ('attending', 'care-team', 'clinic', 'consult', 'order')),
  source text not null check (source <> ''),
  valid_from timestamptz not null,
  valid_until timestamptz,
  constraint care_relation_has_term check (valid_until >= valid_from),
  primary key (person_id, patient_id, kind, source)
);
comment on table care_relation is 'person_id is Practitioner.id, patient_id is Patient.id';
comment on column care_relation.source is 'FHIR reference of what says so, e.g. Encounter/123: retired and replaced with it';
comment on column care_relation.valid_until is 'null while the encounter is open; days of grace after it are a setting';
create index care_relation_source on care_relation (source);
create index care_relation_patient on care_relation (patient_id);

create table patient_stay (
  patient_id text not null,
  department_id text not null,
  encounter_id text not null,
  valid_from timestamptz not null,
  valid_until timestamptz,
  constraint patient_stay_has_term check (valid_until >= valid_from),
  primary key (department_id, patient_id, encounter_id, valid_from)
);
comment on table patient_stay is
  'a patient is in a ward or clinical department, or an order of theirs is with a laboratory, imaging department or pharmacy';
comment on column patient_stay.encounter_id is 'FHIR reference of what says so, e.g. Encounter/123 or ServiceRequest/9';
comment on column patient_stay.valid_until is 'null while the patient is there';
create index patient_stay_source on patient_stay (encounter_id);
create index patient_stay_living on patient_stay (department_id, valid_until);

-- The reminder before opening a patient one does not treat was answered "proceed": one patient, one purpose, an end.
create table declared_use (
  id uuid primary key,
  person_id text not null,
  patient_id text not null,
  purpose text not null check (purpose in ('TREAT', 'ETREAT')),
  reason text not null check (reason <> ''),
  words text check (length(words) <= 500),
  declared_at timestamptz not null,
  valid_until timestamptz not null,
  constraint declared_use_ends check (valid_until > declared_at)
);
comment on column declared_use.reason is 'coded reason (authority/declared-reason.ts)';
comment on column declared_use.words is 'the person''s own words, where the reason asks for them';
create index declared_use_person on declared_use (person_id, valid_until);
