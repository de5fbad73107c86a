-- What one sweep leaves for the next: a sweep after a gap must not take silence for death.
create table tasks.relay (
  one boolean primary key default true check (one),
  swept_at timestamptz not null default clock_timestamp()
);

insert into tasks.relay default values;
