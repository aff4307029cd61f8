use scenarios::world::World;
use simulators::contrast::{CloseReason, IncidentSeed};
fn calls(world: &World) -> Vec<String> {
    let c = world.network.contrast().take_calls();
    let j = world.network.jira().take_calls();
    c.iter().map(|c| format!("{} {}", c.method, c.path)).chain(j.iter().map(|c| format!("{} {}", c.method, c.path))).collect()
}
async fn tell(world: &World, what: &str) {
    calls(world);
    for d in world.take_deliveries() { world.deliver(&d).await; }
    println!("## {what}: {:#?}", calls(world));
    world.announce().await;
    println!("   echo {:?}", calls(world));
    for n in 1..=3 {
    world.pass_minutes(5);
    world.sweep().await;
    println!("   sweep{n} {:#?}", calls(world));
    world.announce().await;
    println!("   echo {:?}", calls(world));
    }
}
#[tokio::test]
async fn scratch_costs() {
    let world = World::new().await;
    let number = world.contrast(|c, now| c.raise_incident(IncidentSeed::sql_injection(), now));
    tell(&world, "new").await;
    let id = world.ticket(&number);
    let comment = world.jira(|j, now| j.comment(&id, "Ana Souza", "Hello.", now)).unwrap();
    tell(&world, "jira comment").await;
    world.jira(|j, now| j.edit_comment(&id, "Ana Souza", &comment, "Hello!", now)).unwrap();
    tell(&world, "edit").await;
    world.contrast(|c, now| c.comment(&number, "Mara Lindt", "Hi", now));
    tell(&world, "contrast comment").await;
    world.jira(|j, now| j.transition_to(&id, "Ana Souza", "Done", now)).unwrap();
    tell(&world, "done").await;
    world.jira(|j, now| j.transition_to(&id, "Ana Souza", "In Progress", now)).unwrap();
    tell(&world, "reopened ticket").await;
    world.contrast(|c, now| c.close(&number, "Mara Lindt", CloseReason::Other, now));
    tell(&world, "close").await;
    world.contrast(|c, now| c.reopen(&number, "Mara Lindt", now));
    tell(&world, "reopen case").await;
}
#[tokio::test]
async fn scratch_aws() {
    let (database, client) = super::table::table().await;
    let _ = client;
    std::fs::write("/tmp/real/endpoint", database.address()).unwrap();
    let store = adapters::store::TableStore::new(client.clone(), "papers", adapters::store::random_tokens());
    let case = domain::case::CaseId::parse("ORG/incident/INC-2026-1").unwrap();
    use domain::ports::Store as _;
    store.wake(&domain::link::Wakeup{case, aspects: [domain::link::Aspect::Owed].into(), pushed: None}, domain::moment::Moment::from_epoch_ms(5)).await.unwrap();
    for _ in 0..2400 {
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        if std::path::Path::new("/tmp/real/stop").exists() { break; }
    }
    println!("{:?}", store.read_settings().await);
}
