use super::{Clock, Duration, Micros, Witness};

#[test]
fn invariant_09_clocks_are_witnesses_not_judges() {
    let clock = Clock::still(Micros(1_000_000));
    clock.advance(Duration::from_secs(5));
    assert_eq!(clock.now(), Micros(6_000_000));
    clock.central_said(Micros(60_000_000));
    clock.advance(Duration::from_secs(1));
    assert_eq!(clock.now(), Micros(61_000_000));
    assert_eq!(clock.offset_millis(), -54_000);
    assert_eq!(clock.uptime(), Duration::from_secs(6));
}

#[test]
fn the_journal_pulls_a_clock_forward_only_until_central_has_spoken() {
    let clock = Clock::still(Micros(5));
    clock.not_before(Micros(9));
    assert_eq!(clock.now(), Micros(9));
    clock.not_before(Micros(3));
    assert_eq!(clock.now(), Micros(9));
    clock.central_said(Micros(7));
    clock.not_before(Micros(9));
    assert_eq!(clock.now(), Micros(7));
}

#[test]
fn ids_sort_by_time() {
    let clock = Clock::still(Micros(1_795_289_400_000_000));
    let earlier = clock.uuid();
    clock.advance(Duration::from_millis(1));
    assert!(earlier < clock.uuid());
    assert_eq!(earlier.get_version_num(), 7);
}

const HOUR: Duration = Duration::from_secs(3_600);
const TEN: Micros = Micros(1_795_230_000_000_000);

fn after(from: Micros, time: Duration) -> Micros {
    Micros(from.0 + i64::try_from(time.as_micros()).unwrap())
}

#[test]
fn a_program_started_again_goes_on_with_the_time_it_was_told() {
    let before = Clock::still_on("one", HOUR, Micros(7));
    assert_eq!(
        before.anchor(),
        None,
        "the machine's own clock is nothing to go on from"
    );
    before.central_said(TEN);
    let anchor = before.anchor().unwrap();
    // Two hours later, and the machine's clock was set to 1970 meanwhile.
    let again = Clock::still_on("one", 3 * HOUR, Micros(0));
    again.resume(&anchor);
    assert_eq!((again.now(), again.witness()), (after(TEN, 2 * HOUR), Witness::Central));
    assert_eq!(again.since_central(), 2 * HOUR);
    again.not_before(after(TEN, 50 * HOUR));
    assert_eq!(again.now(), after(TEN, 2 * HOUR), "what was told stands");
}

#[test]
fn after_a_boot_of_the_machine_somebody_must_say_what_day_it_is() {
    let before = Clock::still_on("one", HOUR, Micros(7));
    before.central_said(TEN);
    before.advance(30 * HOUR);
    let anchor = before.anchor().unwrap();
    for machine in [Clock::still_on("two", 40 * HOUR, Micros(0)), Clock::still(Micros(0))] {
        machine.resume(&anchor);
        assert!(!machine.is_confirmed());
        assert_eq!(machine.now(), after(TEN, 30 * HOUR), "not before what was written down");
        assert_eq!(machine.since_central(), 30 * HOUR, "a dead clock makes nobody younger");
        machine.staff_said(after(TEN, 60 * HOUR));
        assert_eq!(
            (machine.witness(), machine.since_central()),
            (Witness::Staff, 60 * HOUR)
        );
        machine.central_said(after(TEN, 61 * HOUR));
        machine.staff_said(TEN);
        assert_eq!(machine.now(), after(TEN, 61 * HOUR), "central's word is not overruled");
        assert_eq!(machine.since_central(), Duration::ZERO);
    }
}

#[test]
fn staffs_word_outlives_the_program_too() {
    let before = Clock::still_on("one", HOUR, Micros(7));
    let anchor = before.anchor_by_staff(TEN);
    let again = Clock::still_on("one", 2 * HOUR, Micros(0));
    again.resume(&anchor);
    assert_eq!((again.now(), again.witness()), (after(TEN, HOUR), Witness::Staff));
}
