-- A post is a role in a department for a term. It ends in the future or has ended; it is never open.
create table post (
  id text primary key default gen_random_uuid()::text,
  person_id text not null,
  population text not null,
  role text not null check (role in
    ('physician', 'nurse', 'technician', 'pharmacist', 'department-head', 'record-room', 'medical-affairs',
     'quality-control', 'insurance', 'education-office', 'trainee', 'vendor-engineer', 'discipline-inspector',
     'security-admin', 'system-admin', 'audit-admin', 'pr-officer')),
  -- 三员分立: nobody administers the system, its security and its audit at once, and discipline stands apart from all.
  separated_duty text generated always as (case when role in
    ('system-admin', 'security-admin', 'audit-admin', 'discipline-inspector') then role end) stored,
  title text not null,
  department_id text not null references department,
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  assigned_by text references person,
  -- The programme or authorization that bounds the term; the database keeps the copies of its term true.
  programme_id text,
  agreement_id text,
  agreement_kind text check (agreement_kind = 'authorization'),
  bound_from timestamptz,
  bound_until timestamptz,
  constraint post_of_person foreign key (person_id, population) references person (id, population),
  constraint post_has_finite_term check (isfinite(valid_from) and isfinite(valid_until) and valid_until >= valid_from),
  constraint post_trainee_role check ((role = 'trainee') = (population = 'trainee')),
  constraint post_vendor_role check ((role = 'vendor-engineer') = (population = 'vendor')),
  constraint post_not_self_assigned check (assigned_by <> person_id),
  constraint post_trainee_names_programme check ((population = 'trainee') = (programme_id is not null)),
  constraint post_vendor_names_agreement check ((population = 'vendor') = (agreement_id is not null)),
  constraint post_agreement_is_authorization check ((agreement_id is null) = (agreement_kind is null)),
  constraint post_bound_is_whole check ((bound_from is null) = (bound_until is null)
    and (bound_from is null) = (programme_id is null and agreement_id is null)),
  constraint post_within_bound check (valid_from >= bound_from and valid_until <= bound_until),
  constraint post_of_programme foreign key (programme_id, person_id, bound_from, bound_until)
    references programme (id, person_id, valid_from, valid_until) on update cascade,
  constraint post_names_person_of_agreement foreign key (agreement_id, person_id)
    references agreement_person (agreement_id, person_id),
  constraint post_separates_duties exclude using gist
    (person_id with =, separated_duty with <>, tstzrange(valid_from, valid_until) with &&)
    where (separated_duty is not null)
);
comment on column post.valid_until is 'exclusive; the right ends with it in the same instant';
comment on column post.assigned_by is 'null only where an installation or a personnel feed brought it';
create index post_person on post (person_id, valid_until);
create index post_department on post (department_id, role);

alter table agreement add constraint agreement_term_key unique (id, kind, valid_from, valid_until);
alter table post add constraint post_of_authorization foreign key (agreement_id, agreement_kind, bound_from, bound_until)
  references agreement (id, kind, valid_from, valid_until) on update cascade;

create table roster (
  id text primary key default gen_random_uuid()::text,
  person_id text not null references person,
  department_id text not null references department,
  kind text not null check (kind in ('duty', 'on-call', 'clinic')),
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  constraint roster_has_finite_term check (isfinite(valid_from) and isfinite(valid_until) and valid_until > valid_from),
  constraint roster_one_shift_at_a_time exclude using gist
    (person_id with =, department_id with =, kind with =, tstzrange(valid_from, valid_until) with &&)
);
create index roster_person on roster (person_id, valid_until);
create index roster_department on roster (department_id, valid_from);

-- Discipline inspection stands outside the provisioning of information technology (notice 一(二), 纪检部门的监督职能):
-- a person who holds one of the three administrations can neither make nor end an inspector.
create function refuse_it_provisioning_of_inspector() returns trigger language plpgsql as $$
begin
  if new.role = 'discipline-inspector' and exists (
    select from post p
    where p.person_id = new.assigned_by and p.role in ('system-admin', 'security-admin', 'audit-admin')
      and p.valid_from <= now() and p.valid_until > now()
  ) then
    raise exception 'an administrator may not provision a discipline inspector'
      using errcode = 'check_violation', constraint = 'post_inspector_outside_it';
  end if;
  return new;
end $$;
create trigger post_inspector_outside_it before insert or update of role, assigned_by, valid_until on post
  for each row execute function refuse_it_provisioning_of_inspector();
