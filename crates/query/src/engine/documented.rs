//! Holds the list of missing functions in `docs/sql.md` against what there is.

use super::tests::House;
use crate::{QueryError, Settings};

/// What Trino documents, of what Athena has, without geospatial functions, machine learning and syntax.
const DOCUMENTED: &str = "any_value approx_distinct approx_most_frequent approx_percentile approx_set arbitrary array_agg avg \
     bitwise_and_agg bitwise_or_agg bitwise_xor_agg bool_and bool_or checksum corr count count_if \
     covar_pop covar_samp every geometric_mean histogram kurtosis listagg map_agg map_union max max_by \
     merge min min_by multimap_agg numeric_histogram qdigest_agg reduce_agg regr_intercept regr_slope \
     skewness sum stddev stddev_pop stddev_samp tdigest_agg variance var_pop var_samp \
     all_match any_match array_distinct array_except array_intersect array_join array_max array_min \
     array_position array_remove array_sort array_union arrays_overlap cardinality combinations concat \
     contains element_at filter flatten ngrams none_match reduce repeat reverse sequence shuffle slice \
     transform trim_array zip zip_with \
     crc32 from_base32 from_base64 from_base64url from_big_endian_32 from_big_endian_64 from_hex \
     from_ieee754_32 from_ieee754_64 from_utf8 hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 length lpad md5 \
     murmur3 rpad sha1 sha256 sha512 spooky_hash_v2_32 spooky_hash_v2_64 substr to_base32 to_base64 \
     to_base64url to_big_endian_32 to_big_endian_64 to_hex to_ieee754_32 to_ieee754_64 to_utf8 xxhash64 \
     bit_count bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift \
     bitwise_right_shift_arithmetic bitwise_xor bar color render rgb greatest least coalesce if nullif \
     try format typeof \
     current_timezone date date_add date_diff date_format date_parse date_trunc day day_of_month \
     day_of_week day_of_year dow doy format_datetime from_iso8601_date from_iso8601_timestamp \
     from_unixtime from_unixtime_nanos hour human_readable_seconds last_day_of_month millisecond minute \
     month now parse_datetime parse_duration quarter second timezone_hour timezone_minute to_iso8601 \
     to_milliseconds to_unixtime at_timezone with_timezone week week_of_year year year_of_week yow \
     empty_approx_set is_json_scalar json_array_contains json_array_get json_array_length json_exists \
     json_extract json_extract_scalar json_format json_parse json_query json_size json_value \
     map map_concat map_entries map_filter map_from_entries map_keys map_values map_zip_with \
     multimap_from_entries transform_keys transform_values \
     abs acos asin atan atan2 beta_cdf cbrt ceil ceiling cos cosh cosine_similarity degrees e exp floor \
     from_base infinity inverse_beta_cdf inverse_normal_cdf is_finite is_infinite is_nan ln log log10 \
     log2 mod nan normal_cdf pi pow power radians rand random round sign sin sinh sqrt tan tanh to_base \
     truncate width_bucket wilson_interval_lower wilson_interval_upper \
     value_at_quantile values_at_quantiles regexp_count regexp_extract regexp_extract_all regexp_like \
     regexp_position regexp_replace regexp_split \
     make_set_digest merge_set_digest intersection_cardinality jaccard_index hash_counts \
     chr codepoint concat_ws hamming_distance levenshtein_distance lower ltrim luhn_check normalize \
     position replace rtrim soundex split split_part split_to_map split_to_multimap starts_with strpos \
     substring translate trim upper word_stem \
     char2hexint index to_char to_timestamp to_date url_decode url_encode url_extract_fragment \
     url_extract_host url_extract_parameter url_extract_path url_extract_port url_extract_protocol \
     url_extract_query uuid version \
     cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number";

/// Tells whether a call is known, whatever is wrong with its arguments.
async fn is_known(house: &House, name: &str) -> bool {
    let array = "ARRAY[1]";
    for arguments in [
        "()".into(),
        "('a')".into(),
        "('a', 'b')".into(),
        "('a', 'b', 'c')".into(),
        format!("({array}, x -> x > 0)"),
        format!("({array}, (k, v) -> k)"),
        format!("({array}, {array}, (x, y) -> x)"),
        "(1, 2, 3, 4)".into(),
        "() OVER (ORDER BY 1)".into(),
        "(1) OVER (ORDER BY 1)".into(),
    ] {
        let answer = house.ask(&format!("SELECT {name}{arguments}")).await;
        let missing = matches!(
            &answer,
            Err(QueryError::Semantic {
                code: "FUNCTION_NOT_FOUND",
                message,
                ..
            }) if message.contains(&format!("'{name}'"))
        );
        if !missing {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn every_documented_function_is_there_or_listed_as_missing() {
    let house = House::open(Settings::default()).await;
    let page = include_str!("../../../../docs/sql.md");
    let table = page.split("## Functions that are missing").nth(1).unwrap();
    let mut unlisted = Vec::new();
    for name in DOCUMENTED.split_whitespace() {
        if !is_known(&house, name).await && !table.contains(&format!("`{name}`")) {
            unlisted.push(name);
        }
    }
    assert!(
        unlisted.is_empty(),
        "neither there nor listed: {unlisted:?}"
    );
}
