//! Tests wait for a state, never for a time, and none is left out.

use super::{Complaint, Source};

/// Where a pause is the thing itself: the one way of waiting, the slow line, and a stand-in for
/// central that holds a request open.
const MAY_PAUSE: [&str; 3] = [
    "tests/src/wait.rs",
    "tests/src/line/pump.rs",
    "kiosk-edge/src/sync/tests/fake.rs",
];

/// In halves, so that this page does not complain about itself.
const LEFT_OUT: [(&str, &str); 6] = [
    ("#[ign", "ore"),
    ("it.sk", "ip("),
    ("test.sk", "ip("),
    ("it.on", "ly("),
    ("test.on", "ly("),
    ("describe.on", "ly("),
];

pub(super) fn check(tree: &[Source]) -> Vec<Complaint> {
    tree.iter()
        .filter(|file| file.is_rust() || file.path.ends_with(".ts"))
        .flat_map(|file| left_out(file).into_iter().chain(pauses(file)))
        .collect()
}

fn left_out(file: &Source) -> Vec<Complaint> {
    file.lines()
        .filter(|(_, line)| {
            LEFT_OUT
                .iter()
                .any(|(first, second)| line.contains(&format!("{first}{second}")))
        })
        .map(|(at, _)| file.complain(at, "a test is left out: mend it or remove it"))
        .collect()
}

fn pauses(file: &Source) -> Vec<Complaint> {
    if !file.is_rust() || MAY_PAUSE.contains(&file.path.as_str()) {
        return Vec::new();
    }
    let whole = file.path.starts_with("tests/") || file.path.ends_with("/tests.rs") || file.path.contains("/tests/");
    let from = if whole {
        Some(0)
    } else {
        file.lines()
            .find(|(_, line)| line.trim() == "#[cfg(test)]")
            .map(|(at, _)| at)
    };
    let Some(from) = from else {
        return Vec::new();
    };
    let pause = format!("{}{}", "sle", "ep(");
    file.lines()
        .filter(|(at, line)| *at >= from && line.contains(&pause))
        .map(|(at, _)| file.complain(at, "a test that pauses: look for a state, with a deadline"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::source, check};

    #[test]
    fn a_pause_in_a_test_is_named_and_one_in_a_program_is_not() {
        let pause = format!("{}{}(1);", "sle", "ep");
        let tree = [
            source(
                "central/src/a.rs",
                &format!("{pause}\n#[cfg(test)]\nmod tests {{ {pause} }}\n"),
            ),
            source("central/src/a/tests.rs", &pause),
            source("tests/tests/story.rs", &pause),
            source("tests/src/wait.rs", &pause),
        ];
        let at: Vec<String> = check(&tree).into_iter().map(|complaint| complaint.at).collect();
        assert_eq!(
            at,
            [
                "central/src/a.rs:3",
                "central/src/a/tests.rs:1",
                "tests/tests/story.rs:1"
            ]
        );
    }

    #[test]
    fn a_test_left_out_is_named() {
        let text = format!("#[{}{}]\nfn a() {{}}\n", "ign", "ore");
        assert_eq!(check(&[source("shared/src/a.rs", &text)]).len(), 1);
    }
}
