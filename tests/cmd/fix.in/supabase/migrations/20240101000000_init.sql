create table public.orders (id uuid primary key, user_id uuid);
create policy "own orders" on public.orders using ((select auth.uid()) = user_id);
create table public."Jobs" (id uuid primary key);
create table public.notes (id uuid primary key, user_id uuid);
alter table public.notes enable row level security;
create policy "own notes" on public.notes using ((select auth.uid()) = user_id);
