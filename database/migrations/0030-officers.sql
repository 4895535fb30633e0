alter table accounts add column officer boolean not null default false;
comment on column accounts.officer is 'secrecy officer: what the guard refused, and messages reported as secret, come to them';
