-- How long the bodies of entries are kept. Sources and reasons: docs/formats/ledger.md, "Retention".

create table retention_period (
  care_class text not null check (care_class in ('outpatient', 'inpatient', 'psychiatric', 'no-patient')),
  record_type text not null check (record_type = '*' or record_type ~ '^[A-Z][A-Za-z]{1,63}$'),
  months integer not null,
  primary key (care_class, record_type),
  check (months <= 12000 and months >= case care_class
    when 'outpatient' then 180 when 'inpatient' then 360 when 'psychiatric' then 360 else 6 end)
);
comment on table retention_period is 'After so many months without anything new about the patient, an entry''s body may expire. None is shorter than the rules allow.';
comment on column retention_period.care_class is 'What care the patient ever had here; no-patient: entries that speak of none.';
comment on column retention_period.record_type is 'FHIR resource type of the record that was used; * for every other.';
insert into retention_period (care_class, record_type, months) values
  ('outpatient', '*', 180),
  ('inpatient', '*', 360),
  ('psychiatric', '*', 360),
  ('no-patient', '*', 36);
