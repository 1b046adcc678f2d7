const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/**
 * Words of SQL that name no database and no user on Amazon RDS, which refuses those that an engine reserves (Amazon RDS API reference,
 * CreateDBInstance: DBName, MasterUsername). They are the engines': PostgreSQL documentation, "SQL Key Words"; MySQL Reference Manual, "Keywords
 * and Reserved Words". Those with an underscore are no names that people choose, and are left to RDS.
 */
export const reservedWords = {
  postgres: words(`
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently constraint
    create cross default deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
    only or order outer overlaps placing primary references returning right select similar some symmetric table tablesample then to trailing
    true union unique user using variadic verbose when where window with`),
  mysql: words(`
    accessible add all alter analyze and as asc asensitive before between bigint binary blob both by call cascade case change char character
    check collate column condition constraint continue convert create cross cube cursor database databases dec decimal declare default delayed
    delete desc describe deterministic distinct distinctrow div double drop dual each else elseif empty enclosed escaped except exists exit
    explain false fetch float float4 float8 for force foreign from fulltext function generated get grant group grouping groups having if
    ignore in index infile inner inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into is iterate join key
    keys kill lag lateral lead leading leave left like limit linear lines load localtime localtimestamp lock long longblob longtext loop
    manual match maxvalue mediumblob mediumint mediumtext middleint mod modifies natural not null numeric of on optimize option optionally or
    order out outer outfile over parallel partition precision primary procedure purge qualify range rank read reads real recursive references
    regexp release rename repeat replace require resignal restrict return revoke right rlike row rows schema schemas select sensitive
    separator set show signal smallint spatial specific sql sqlexception sqlstate sqlwarning ssl starting stored system table tablesample
    terminated then tinyblob tinyint tinytext to trailing trigger true undo union unique unlock unsigned update usage use using values
    varbinary varchar varcharacter varying virtual when where while window with write xor zerofill`),
} as const;
