create schema if not exists public authorization nobody_here;
