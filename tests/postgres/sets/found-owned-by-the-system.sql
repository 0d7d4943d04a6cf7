drop owned by postgres;
reassign owned by postgres to postgres;
