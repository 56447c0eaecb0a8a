-- What reports are often grouped by, in columns of its own: a map is read whole
-- where one of its values is asked for, and strings are slow to tell apart.
-- Stores made by this version have the columns from the start.
ALTER TABLE {local}.interactions {on_cluster}
    ADD COLUMN IF NOT EXISTS region LowCardinality(String) MATERIALIZED attributes['region'] COMMENT 'The customer''s region, of the attributes' CODEC(ZSTD(1)) AFTER attributes,
    ADD COLUMN IF NOT EXISTS product LowCardinality(String) MATERIALIZED attributes['product'] COMMENT 'What it was about, of the attributes' CODEC(ZSTD(1)) AFTER region,
    ADD COLUMN IF NOT EXISTS tier LowCardinality(String) MATERIALIZED attributes['tier'] COMMENT 'The customer''s tier, of the attributes' CODEC(ZSTD(1)) AFTER product,
    ADD COLUMN IF NOT EXISTS brand LowCardinality(String) MATERIALIZED attributes['brand'] COMMENT 'The brand, of the attributes' CODEC(ZSTD(1)) AFTER tier,
    ADD COLUMN IF NOT EXISTS customer_hash UInt64 MATERIALIZED if(customer = '', 0, sipHash64(customer)) COMMENT 'Stands for the customer, and is counted and grouped by faster; 0: not known' CODEC(ZSTD(1)) AFTER brand;

ALTER TABLE {local}.interactions {on_cluster}
    MATERIALIZE COLUMN region,
    MATERIALIZE COLUMN product,
    MATERIALIZE COLUMN tier,
    MATERIALIZE COLUMN brand,
    MATERIALIZE COLUMN customer_hash;

{views};
