create table public.orders (id uuid primary key, user_id uuid);
create policy "own orders" on public.orders using ((select auth.uid()) = user_id);
create table public."Jobs" (id uuid primary key);
