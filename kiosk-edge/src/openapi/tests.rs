use std::{collections::BTreeMap, path::Path};

/// Where each schema is made and what it is called, as the source says. The document itself cannot
/// tell: of two types with one name it keeps one.
fn schemas(folder: &Path, found: &mut BTreeMap<String, Vec<String>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            schemas(&path, found);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let mut lines = source.lines();
        while lines.any(|line| line.starts_with("#[derive(") && line.contains("ToSchema")) {
            let mut told = None;
            for line in lines.by_ref() {
                told = told.or(line.split_once("schema(as = ").map(|(_, name)| name));
                let declared = line.split_once("struct ").or_else(|| line.split_once("enum "));
                if let Some((_, name)) = declared.filter(|_| !line.starts_with("//")) {
                    let name = told.unwrap_or(name);
                    let end = name
                        .find(|letter: char| !letter.is_alphanumeric())
                        .unwrap_or(name.len());
                    found
                        .entry(name[..end].to_owned())
                        .or_default()
                        .push(path.display().to_string());
                    break;
                }
            }
        }
    }
}

#[test]
fn no_two_types_share_a_schemas_name() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeMap::new();
    schemas(&here.join("src"), &mut found);
    schemas(&here.join("../shared/src"), &mut found);
    assert!(found.contains_key("Ticket"));
    found.retain(|_, places| places.len() > 1);
    assert!(found.is_empty(), "{found:#?}");
}

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
