-- Who there is, and on what their rights may stand. Every term has an end: "no right without an end" (notice 一(四), 时限).
create extension if not exists btree_gist;

create function epoch_ms(at timestamptz) returns bigint language sql immutable parallel safe
  return floor(extract(epoch from at) * 1000)::bigint;
comment on function epoch_ms is 'milliseconds since 1970-01-01T00:00:00Z';

create table institution (
  id text primary key,
  name text not null,
  unified_code text check (unified_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
  time_zone text not null default 'Asia/Shanghai'
);
comment on column institution.unified_code is '统一社会信用代码, GB 32100, 18 characters';
comment on column institution.time_zone is 'IANA name; in which days and shifts are shown';

create table department (
  id text primary key check (id ~ '^[A-Za-z0-9.-]{1,64}$'),
  institution_id text not null references institution,
  name text not null check (name <> ''),
  kind text not null check (kind in
    ('clinical', 'ward', 'clinic', 'emergency', 'laboratory', 'imaging', 'pharmacy', 'administrative')),
  campus text,
  parent text references department,
  parent_kind text generated always as (case when kind = 'ward' then 'clinical' end) stored,
  unique (id, kind),
  constraint department_ward_has_parent check (kind <> 'ward' or parent is not null),
  constraint department_is_not_its_own_parent check (parent <> id),
  constraint department_ward_of_clinical foreign key (parent, parent_kind) references department (id, kind)
);
comment on table department is 'id is also the FHIR Organization.id, and for a ward the Location.id (physicalType wa)';
comment on column department.parent is 'the clinical department of a ward or clinic';
comment on column department.campus is '院区';

create table vendor (
  id text primary key check (id ~ '^[A-Za-z0-9.-]{1,64}$'),
  name text not null check (name <> ''),
  unified_code text check (unified_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$')
);

create table person (
  id text primary key check (id ~ '^[A-Za-z0-9.-]{1,64}$'),
  staff_number text not null unique check (staff_number ~ '^[A-Za-z0-9._-]{1,32}$'),
  name text not null check (name <> ''),
  sex text not null check (sex in ('male', 'female', 'other', 'unknown')),
  population text not null check (population in ('staff', 'trainee', 'vendor', 'service')),
  licence text,
  vendor_id text references vendor,
  owner_id text,
  owner_population text generated always as (case when owner_id is not null then 'staff' end) stored,
  initials text not null default '',
  pinyin text not null default '',
  stopped_at timestamptz,
  stop_reason text,
  unique (id, population),
  unique (id, vendor_id),
  constraint person_vendor_names_firm check ((population = 'vendor') = (vendor_id is not null)),
  constraint person_service_has_owner check ((population = 'service') = (owner_id is not null)),
  constraint person_owner_is_staff foreign key (owner_id, owner_population) references person (id, population),
  constraint person_stop_has_reason check ((stopped_at is null) = (stop_reason is null))
);
comment on table person is 'one natural person, one id for life (notice 二(一)); id is also the FHIR Practitioner.id';
comment on column person.owner_id is 'the member of staff who answers for a service identity';
comment on column person.licence is '医师/护士执业证书编码';
comment on column person.initials is 'first letters of the pinyin of the name, for search: 张三 -> zs';
comment on column person.stopped_at is 'since when the person may do nothing; null while active';
create index person_initials on person (initials text_pattern_ops);
create index person_vendor on person (vendor_id) where vendor_id is not null;

create table course (
  id text primary key check (id ~ '^[A-Za-z0-9.-]{1,64}$'),
  name text not null,
  current_version text not null
);
comment on column course.current_version is 'a pass of another version is no pass: the gate lapses when the course changes (notice 二(一))';

create table training_pass (
  person_id text not null references person,
  course_id text not null references course,
  version text not null check (version <> ''),
  passed_at timestamptz not null,
  valid_until timestamptz,
  primary key (person_id, course_id, version),
  constraint training_ends_after_pass check (valid_until > passed_at)
);

-- A trainee's programme bounds every post and rotation of it; cutting the programme short is refused while they reach beyond.
create table programme (
  id text primary key check (id ~ '^[A-Za-z0-9.-]{1,64}$'),
  person_id text not null,
  population text not null generated always as ('trainee') stored,
  name text not null,
  kind text not null check (kind in ('visiting', 'residency', 'internship')),
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  unique (id, person_id, valid_from, valid_until),
  constraint programme_is_of_trainee foreign key (person_id, population) references person (id, population),
  constraint programme_has_finite_term check (isfinite(valid_from) and isfinite(valid_until) and valid_until > valid_from)
);
comment on column programme.kind is 'visiting 进修, residency 规培, internship 实习';
create index programme_person on programme (person_id);

create table rotation (
  id text primary key default gen_random_uuid()::text,
  programme_id text not null,
  person_id text not null,
  programme_from timestamptz not null,
  programme_until timestamptz not null,
  department_id text not null references department,
  supervisor_id text not null,
  supervisor_population text not null generated always as ('staff') stored,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  constraint rotation_of_programme foreign key (programme_id, person_id, programme_from, programme_until)
    references programme (id, person_id, valid_from, valid_until) on update cascade,
  constraint rotation_supervisor_is_staff foreign key (supervisor_id, supervisor_population)
    references person (id, population),
  constraint rotation_has_term check (valid_until > valid_from),
  constraint rotation_within_programme check (valid_from >= programme_from and valid_until <= programme_until),
  constraint rotation_one_at_a_time exclude using gist (person_id with =, tstzrange(valid_from, valid_until) with &&)
);
create index rotation_person on rotation (person_id, valid_until);
create index rotation_supervisor on rotation (supervisor_id);

create table rotation_case (
  rotation_id text not null references rotation on delete cascade,
  patient_id text not null,
  primary key (rotation_id, patient_id)
);
comment on table rotation_case is 'patients bound to a trainee for one rotation segment; patient_id is Patient.id';

-- Two agreements, never one: confidentiality, and authorization with scope, purpose and term (notice 二(一), 保密协议和授权协议).
create table agreement (
  id text primary key check (id ~ '^[A-Za-z0-9.-]{1,64}$'),
  vendor_id text not null references vendor,
  kind text not null check (kind in ('confidentiality', 'authorization')),
  title text not null,
  signed_on date not null,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  systems text[] not null default '{}',
  categories text[] not null default '{}',
  purposes text[] not null default '{}',
  unique (id, vendor_id),
  unique (id, kind, vendor_id, valid_from, valid_until, systems, categories),
  constraint agreement_has_finite_term check (isfinite(valid_from) and isfinite(valid_until) and valid_until > valid_from),
  constraint agreement_authorization_states_scope check (kind <> 'authorization' or
    (cardinality(systems) > 0 and cardinality(categories) > 0 and cardinality(purposes) > 0)),
  constraint agreement_confidentiality_grants_nothing check (kind <> 'confidentiality' or
    (cardinality(systems) = 0 and cardinality(categories) = 0 and cardinality(purposes) = 0))
);
comment on column agreement.categories is 'record categories the engineers may meet (authority: recordCategories)';
comment on column agreement.purposes is 'purpose of use codes';

create table agreement_person (
  agreement_id text not null,
  person_id text not null,
  vendor_id text not null,
  confirmed_at timestamptz not null,
  primary key (agreement_id, person_id),
  constraint agreement_person_of_agreement foreign key (agreement_id, vendor_id) references agreement (id, vendor_id),
  constraint agreement_person_of_vendor foreign key (person_id, vendor_id) references person (id, vendor_id)
);
comment on column agreement_person.confirmed_at is 'when this person signed for himself; an agreement binds only the people it names';
create index agreement_person_person on agreement_person (person_id);

create table service_ticket (
  id text primary key check (id ~ '^[A-Za-z0-9.-]{1,64}$'),
  person_id text not null,
  vendor_id text not null,
  agreement_id text not null,
  agreement_kind text not null default 'authorization' check (agreement_kind = 'authorization'),
  agreement_from timestamptz not null,
  agreement_until timestamptz not null,
  agreement_systems text[] not null,
  agreement_categories text[] not null,
  sponsor_id text not null,
  sponsor_population text not null generated always as ('staff') stored,
  title text not null,
  systems text[] not null check (cardinality(systems) > 0),
  categories text[] not null,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  constraint ticket_of_authorization foreign key
    (agreement_id, agreement_kind, vendor_id, agreement_from, agreement_until, agreement_systems, agreement_categories)
    references agreement (id, kind, vendor_id, valid_from, valid_until, systems, categories) on update cascade,
  constraint ticket_person_named_in_agreement foreign key (agreement_id, person_id)
    references agreement_person (agreement_id, person_id),
  constraint ticket_sponsor_is_staff foreign key (sponsor_id, sponsor_population) references person (id, population),
  constraint ticket_has_term check (valid_until > valid_from),
  constraint ticket_within_agreement check (valid_from >= agreement_from and valid_until <= agreement_until),
  constraint ticket_scope_within_agreement check (systems <@ agreement_systems and categories <@ agreement_categories)
);
comment on table service_ticket is 'one piece of vendor work: for whom, under which authorization, sponsored by whom, how long';
create index service_ticket_person on service_ticket (person_id, valid_until);
