create table a_very_long_table_name_that_goes_on_and_on_until_it_is_sixty_three_x (id serial primary key, another_rather_long_column_name_for_good_measure int unique, check (id > 0 and another_rather_long_column_name_for_good_measure > 0));
create table a_very_long_table_name_that_goes_on_and_on_until_it_is_sixty_three_y (id int);
create index on a_very_long_table_name_that_goes_on_and_on_until_it_is_sixty_three_x (another_rather_long_column_name_for_good_measure, id);
create table some_longer_table_name_of_forty_characters (column_of_thirty_two_characters_ int references a_very_long_table_name_that_goes_on_and_on_until_it_is_sixty_three_x, b int check (b > 0), unique (column_of_thirty_two_characters_, b));
create table "ÜberTäbelleMitSehrLangemNamenUndUmlautenÄÖÜßÄÖÜßÄÖÜßÄÖÜß" ("größe" int primary key, "zweiteLangeSpalteMitUmlauten" int unique);
create index on some_longer_table_name_of_forty_characters (lower(b::text), column_of_thirty_two_characters_);
create table x63 (a123456789012345678901234567890123456789012345678901234567890123456789 int);
