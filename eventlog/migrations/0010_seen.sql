-- That a subscription misses no event of a stream follows from the links of its partition's records, each of
-- which is held against the place's: the versions of streams need no memory of their own.
drop table seen;
