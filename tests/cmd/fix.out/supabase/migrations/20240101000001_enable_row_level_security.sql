set local lock_timeout = '5s';
alter table public.orders enable row level security;
alter table public."Jobs" enable row level security;
revoke all on table public."Jobs" from anon, authenticated;
