//! The engine, driven as the other peers are: `schema`, `enqueue-one N`, `enqueue-bulk N`, `probe N`, `sweep N`,
//! `worker MODE`.

mod contract;
mod kicks;
mod produce;
mod serve;
mod setup;
mod sweep;

#[tokio::main]
async fn main() {
    let (verb, n) = bench_common::args();
    match verb.as_str() {
        "schema" => setup::schema().await,
        "enqueue-one" => produce::one(n).await,
        "enqueue-bulk" => produce::bulk(n).await,
        "enqueue-group" => produce::group(n).await,
        "probe" => produce::probe(n).await,
        "sweep" => sweep::sweep(n).await,
        "worker" => serve::serve().await,
        _ => panic!("unknown verb {verb}"),
    }
}
