#[test]
fn the_document_is_whole() {
    let document = serde_json::to_value(super::document()).unwrap();
    for path in [
        "/healthz",
        "/metrics",
        "/pair",
        "/api/outlet/events",
        "/api/outlet/tickets",
    ] {
        assert!(document["paths"].get(path).is_some(), "{path}");
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for schema in ["Change", "Line", "LinkLine", "Answer"] {
        assert!(schemas.contains_key(schema), "{schema}");
    }
    // What is named is there.
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
}
