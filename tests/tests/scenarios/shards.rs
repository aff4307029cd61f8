//! Several sweeps beside each other, each with its own share of the cases.

use std::collections::BTreeSet;

use domain::{case::CaseId, shard::Shard, sweep::SweepReport};
use scenarios::{telling::values_of, world::World};
use simulators::contrast::IncidentSeed;

const INCIDENTS: usize = 30;

/// A world in which that many incidents were raised of which no push told.
async fn world_with_unheard(incidents: usize) -> (World, BTreeSet<CaseId>) {
    let world = World::new().await;
    let numbers: Vec<String> = world.contrast(|contrast, now| {
        (0..incidents)
            .map(|n| contrast.raise_incident(IncidentSeed::named(&format!("Attack {n}")), now))
            .collect()
    });
    world.lose();
    let cases = numbers.iter().map(|number| world.case(number)).collect();
    (world, cases)
}

fn shards(of: u32) -> Vec<Shard> {
    let first = Shard::new(0, of).expect("a shard");
    first.all().collect()
}

/// The cases that a sweep reconciled.
fn taken(report: &SweepReport) -> BTreeSet<CaseId> {
    let reports = report.reconciled.iter();
    reports.map(|report| report.case.clone()).collect()
}

#[tokio::test]
async fn two_shards_never_take_the_same_case_and_together_take_all() {
    let (world, cases) = world_with_unheard(INCIDENTS).await;
    let mut all = BTreeSet::new();
    for shard in shards(2) {
        let own = taken(&world.sweep_shard(shard).await);
        assert!(
            own.iter().all(|case| shard.has(case)),
            "{shard} took {own:?}"
        );
        assert!(own.len() > INCIDENTS / 5, "{shard} takes its share");
        all.extend(own);
    }
    assert_eq!(all, cases);
    for case in &cases {
        world.ticket(case.number());
    }
    world.end().await;
}

#[tokio::test]
async fn only_the_leading_shard_asks_the_products_what_changed() {
    let (world, cases) = world_with_unheard(INCIDENTS).await;
    world.take_calls();
    for shard in shards(4).into_iter().skip(1) {
        assert_eq!(taken(&world.sweep_shard(shard).await), BTreeSet::new());
    }
    assert_eq!(world.take_calls(), 0);
    let leading = Shard::new(0, 4).expect("a shard");
    let report = world.sweep_shard(leading).await;
    assert_eq!(report.found_in_contrast as usize, cases.len());
    assert!(
        taken(&report).len() < cases.len(),
        "it leaves the others theirs"
    );
    world.end().await;
}

#[tokio::test]
async fn the_number_of_shards_may_change_at_any_time() {
    let (world, cases) = world_with_unheard(INCIDENTS).await;
    world.sweep_shard(Shard::new(0, 4).expect("a shard")).await;
    world.sweep_shard(Shard::new(1, 2).expect("a shard")).await;
    world.sweep().await;
    for case in &cases {
        world.ticket(case.number());
    }
    world.end().await;
}

#[tokio::test]
async fn each_shard_turns_through_its_own_links_alone() {
    let (world, cases) = world_with_unheard(INCIDENTS).await;
    world.sweep().await;
    world.settle().await;
    for shard in shards(4).into_iter().skip(1) {
        let own = cases.iter().filter(|case| shard.has(case)).count();
        let mut polled = BTreeSet::new();
        for _ in 0..8 {
            world.pass_minutes(5);
            let report = world.sweep_shard(shard).await;
            assert_eq!(report.links_seen as usize, own, "{shard}");
            polled.extend(taken(&report));
        }
        assert_eq!(
            polled.len(),
            own,
            "{shard} polls each of its own in its turn"
        );
    }
    world.end().await;
}

#[tokio::test]
async fn sweeping_has_come_to_its_end_only_where_every_shard_has() {
    let world = World::new().await;
    let all = shards(2);
    let finished = async |shard: Shard| {
        world.told.take_lines();
        world.sweep_shard(shard).await;
        values_of(&world.told.take_lines(), "SweepsFinished", &[])
    };
    assert_eq!(finished(all[0]).await, [0], "the other never did");
    assert_eq!(
        finished(all[1]).await,
        [0_u64; 0],
        "the first tells for both"
    );
    assert_eq!(finished(all[0]).await, [1]);
    world.pass_minutes(61);
    assert_eq!(finished(all[0]).await, [0], "the other has not for an hour");
    world.end().await;
}
