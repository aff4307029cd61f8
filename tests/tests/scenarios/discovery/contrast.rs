//! What is read from Contrast to set a connection up.

use super::*;

#[tokio::test]
async fn all_applications_come_in_pages_with_their_tags() {
    let world = World::new().await;
    let (client, connection) = contrast(&world).await;
    let before = world.contrast(|contrast, _| contrast.applications().len());
    world.contrast(|contrast, _| {
        for number in before..150 {
            contrast.add_application(Application {
                id: format!("app-{number}"),
                name: format!("Application {number}"),
                language: "JAVA".to_owned(),
                tags: vec!["shop".to_owned()],
                metadata: Vec::new(),
                importance: "HIGH".to_owned(),
            });
        }
    });
    let first = client
        .list_applications(&connection, 0)
        .await
        .expect("a page");
    let second = client
        .list_applications(&connection, 1)
        .await
        .expect("a page");
    assert_eq!((first.rows.len(), first.more), (100, true));
    assert_eq!((second.rows.len(), second.more), (50, false));
    assert_eq!(second.rows[49].id, "app-149");
    assert_eq!(second.rows[49].tags, ["shop"]);
    world.end().await;
}

#[tokio::test]
async fn wrong_keys_are_refused_by_the_cheapest_reading() {
    let world = World::new().await;
    let (client, connection) = contrast(&world).await;
    assert_eq!(client.check_reading(&connection).await, Ok(()));
    world.contrast(|contrast, _| contrast.set_api_key("another"));
    assert!(is_refused(&client.check_reading(&connection).await));
    assert!(is_refused(&client.list_applications(&connection, 0).await));
    assert!(is_refused(&client.offers_comments(&connection).await));
}

#[tokio::test]
async fn whether_comments_can_be_listed_is_found_out_on_an_incident() {
    let world = World::new().await;
    let (client, mut connection) = contrast(&world).await;
    let offered = client.offers_comments(&connection).await;
    assert_eq!(offered, Ok(CommentListing::Unknown), "there is no incident");
    world.contrast(|contrast, now| contrast.raise_incident(IncidentSeed::default(), now));
    let offered = client.offers_comments(&connection).await;
    assert_eq!(offered, Ok(CommentListing::Offered));
    world.contrast(|contrast, _| {
        contrast.behaviour_mut().comment_list = CommentList::Off(501);
    });
    connection.list_comments = Switch::On;
    assert!(is_never(&client.offers_comments(&connection).await));
    connection.list_comments = Switch::Auto;
    let offered = client.offers_comments(&connection).await;
    assert_eq!(offered, Ok(CommentListing::Unavailable));
    connection.list_comments = Switch::Off;
    let offered = client.offers_comments(&connection).await;
    assert_eq!(offered, Ok(CommentListing::SwitchedOff));
}
