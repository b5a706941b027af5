"""The promise register: each promise in words for the user, and the tests that prove it (pytest node ids, checked by a test).

A promise whose proof is still missing says so on the page: its list of tests is empty.
"""

from dataclasses import dataclass

from app.core.i18n import N_


@dataclass(frozen=True, slots=True)
class Promise:
    code: str
    words: str
    tests: tuple[str, ...]


# fmt: off
PROMISES = (
    Promise("P1", N_("Nobody but you can tell from the platform who wrote a note."),
            ("tests/two_worlds/test_author_swap.py::test_author_swap", "tests/two_worlds/test_author_swap.py::test_author_swap_seen_by_everybody_through_every_link", "tests/two_worlds/test_mutants.py::test_harness_notices", "tests/notes/test_rows.py::test_request_that_writes_a_note_writes_one_row_and_nothing_keyed_to_a_person", "tests/architecture/test_note_rows.py::test_recorder_notices_a_person_written_beside_a_note")),
    Promise("P2", N_("A copy of our database or a backup does not tell either, even before sealing, without your passphrase. A raw image of the running database, taken while a batch is being collected, may narrow the circle to those who were active then."),
            ("tests/two_worlds/test_linkage_game.py::test_linkage_game", "tests/two_worlds/test_linkage_game.py::test_raw_image_tells_within_an_open_batch_only", "tests/backup/test_authorship.py::test_two_authors_make_one_backup")),
    Promise("P3", N_("After sealing nobody can ever tell, not with all backups and all passphrases."),
            ("tests/two_worlds/test_linkage_game.py::test_linkage_game", "tests/backup/test_authorship.py::test_linkage_game", "tests/two_worlds/test_seal_killed.py::test_seal_killed_at_a_step_arrives", "tests/two_worlds/test_seal_killed.py::test_what_postgresql_keeps_after_a_seal")),
    Promise("P4", N_("Sealing completes, or goes on where it was stopped; no note is lost."),
            ("tests/two_worlds/test_seal_killed.py::test_seal_killed_at_a_step_arrives",)),
    Promise("P5", N_("Red lines that are sealed to your delegation are invisible to everybody else who uses the platform; not even their existence shows. A copy of the database shows how many there are, and no word of them."),
            ("tests/two_worlds/test_other_swaps.py::test_what_a_delegation_keeps_to_itself", "tests/registers/test_two_worlds.py::test_what_is_sealed_changes_no_byte_for_anybody_outside_the_delegation", "tests/registers/test_sealed_to_people.py::test_a_ghost_sees_the_same_bytes_whatever_is_sealed_until_a_member_lets_it_in", "tests/registers/test_sealed_to_people.py::test_the_host_with_database_and_master_key_reads_no_sealed_word", "tests/access/test_hidden.py::test_hidden_and_missing_are_the_same_bytes", "tests/access/test_hidden.py::test_hidden_and_missing_are_the_same_page")),
    Promise("P6", N_("Every page checks who asks, and a test fails for every rule that is broken."),
            ("tests/access/test_matrix.py::test_everybody_reads_what_the_table_says_and_nothing_else", "tests/access/test_rules.py::test_every_broken_rule_is_noticed", "tests/architecture/test_house.py::test_every_route_declares_its_action")),
    Promise("P7", N_("What was confirmed as saved is saved, even when the server is killed in the middle."),
            ("tests/web/test_killed.py::test_what_was_confirmed_is_there_after_the_server_is_killed_in_the_middle", "tests/web/test_killed.py::test_an_answer_waits_for_the_disk")),
    Promise("P8", N_("Nothing is saved twice, and no edit is overwritten without being shown."),
            ("tests/test_bad_input.py::test_double_submission_returns_the_first_result", "tests/vault/test_linkage.py::test_one_of_many_takes_a_form_key", "tests/web/test_killed.py::test_what_was_confirmed_is_there_after_the_server_is_killed_in_the_middle")),
    Promise("P9", N_("What you typed is not lost when something goes wrong."),
            ("tests/test_bad_input.py::test_real_lock_and_real_full_disk_answer_503_with_the_text", "tests/test_bad_input.py::test_expired_sign_in_keeps_the_text_and_lands_back_with_it", "tests/test_bad_input.py::test_bad_text_is_refused_at_its_field_and_comes_back")),
    Promise("P10", N_("What is released names nobody on record; an affiliation that speaks leaves only when two people answer for it. The check finds slips, not paraphrase."),
            ("tests/leaks/test_figures.py::test_no_figure_gets_worse", "tests/releases/test_gate.py::test_full_name_is_never_let_pass", "tests/releases/test_exported_files.py::test_name_planted_in_a_finished_file_holds_the_release_back")),
    Promise("P11", N_("A released file carries no trace of who made it, where, or at what time of the day."),
            ("tests/releases/test_without_traces.py::test_same_release_by_two_people_is_byte_identical",)),
    Promise("P12", N_("The server keeps no address of yours and no log of the pages you read."),
            ("tests/test_bad_input.py::test_logs_hold_no_word_no_id_and_nobody",)),
    Promise("P13", N_("The record cannot be rewritten without whoever kept an old checkpoint finding out."),
            ("tests/ledger/test_tampering.py::test_a_thousand_changes_are_a_thousand_findings",)),
    Promise("P14", N_("Everything works without scripts, in the safest mode of Tor Browser too."),
            ("tests/test_journeys.py::test_note_waits_for_its_batch_and_only_its_author_can_edit_it", "tests/test_journeys.py::test_release_is_blocked_by_a_name_then_cut_read_downloaded_and_acknowledged", "tests/notes/test_author_warning.py::test_author_is_warned_rewords_with_a_button_and_posts")),
    Promise("P15", N_("Bad input gets a clear answer and breaks nothing."),
            ("tests/web/test_fuzz.py::test_no_input_breaks_a_program_s_door", "tests/web/test_fuzz.py::test_no_input_breaks_a_page", "tests/test_bad_input.py::test_bytes_that_are_no_text_are_refused", "tests/test_bad_input.py::test_wrong_dates_and_codes_are_refused_at_their_fields")),
    Promise("P16", N_("A backup can be restored, and a damaged one is found out."),
            ("tests/backup/test_round_trip.py::test_there_and_back_between_the_engines_nothing_is_lost_but_the_tags", "tests/backup/test_corruptions.py::test_five_hundred_corruptions_are_five_hundred_found")),
    Promise("P17", N_("An update loses no data."),
            ("tests/migrations/test_head.py::test_up_down_up_and_equal_to_the_models", "tests/migrations/test_head.py::test_log_and_members_survive_the_fourth_revision_up_and_down")),
    Promise("P18", N_("The server connects to nobody unless it is told to."),
            ("tests/web/test_sockets.py::test_the_suite_lets_no_connection_out",)),
    Promise("P19", N_("Where fewer than five people of three delegations could have written a note, the form says so before you write."),
            ("tests/notes/test_small_numbers.py::test_form_says_how_many_could_have_written_and_when_that_protects_nobody",)),
    Promise("P20", N_("An unsafe installation does not start."),
            ("tests/test_refusals.py::test_setting_that_breaks_a_promise", "tests/test_refusals.py::test_linkage_in_the_backup_set", "tests/test_refusals.py::test_core_dumps")),
    Promise("P21", N_("While a meeting is open no note is shown before as many people have written as make it nobody's in particular, whoever asks for it."),
            ("tests/two_worlds/test_batches.py::test_no_batch_of_too_few_appears_by_the_clock",)),
    Promise("P22", N_("Whatever is confidential says who can read it and why you can, and says what is so."),
            ("tests/access/test_reasons.py::test_reason_is_given_by_both_doors_and_is_true_of_whoever_reads_it", "tests/access/test_reasons.py::test_who_is_said_to_read_a_room_is_who_holds_its_key", "tests/access/test_reasons.py::test_every_view_of_a_dialogue_gives_its_reason_or_is_known_to_need_none")),
)

NOT_PROMISED = (
    N_("A server in an adversary's hands while you write: it sees what it is sent. What was sealed before stays sealed."),
    N_("Somebody who watches your line sees that you connect, when, and how much you send, unless you use Tor."),
    N_("Your style, your language, and what only you can know may tell who you are. No software can take that away."),
    N_("A circle that is too small. Four people in a room have no anonymity; the form says when a circle is too small."),
    N_('The others: everybody else together, or a rapporteur who writes "Mr X said" where no check looks.'),
    N_("Somebody who forces you to sign in before a meeting is sealed. After the seal there is nothing to show."),
    N_("A program that reads your keyboard or your memory, and whoever looks over your shoulder."),
    N_("Whoever has your passphrase, or the cookie of your browser, before the seal: they can find your own notes, and nobody else's."),
    N_("Erasing the medium. Disks, file systems and snapshots keep what was written; only the secret that links notes to authors is kept off them."),
    N_("The identity check against a determined leaker: paraphrase, two slips in one name, nicknames nobody registered, hints at an event."),
)
# fmt: on
FIGURES = {
    "scenarios": N_("stories told twice, with two authors"),
    "differing": N_("differences seen by anybody else"),
    "differing_pages": N_("of them different"),
    "files": N_("files compared"),
    "differing_files": N_("files that differ"),
    "mutations": N_("changes made"),
    "corruptions": N_("backups damaged"),
    "found": N_("of them found"),
    "cells": N_("cells of the table of who may what"),
    "rules_broken": N_("rules broken on purpose"),
    "noticed": N_("of them noticed"),
    "identical_pairs": N_("pairs of hidden and missing, each the same bytes"),
    "kills": N_("times stopped"),
    "completed": N_("of them completed"),
    "guesses": N_("guesses at an author"),
    "right_guesses": N_("of them right"),
    "by_chance": N_("right by chance alone"),
    "ways": N_("ways of guessing at authors, tried on the files"),
    "ways_beyond": N_("of them right more often than chance allows"),
    "mentions": N_("mentions planted"),
    "mentions_found": N_("of them found"),
    "words": N_("words of documents"),
    "false_blocks": N_("passages held back wrongly"),
    "planted": N_("names planted in finished files"),
    "planted_found": N_("of them found"),
    "refused": N_("refusals tested"),
    "pages": N_("pages and answers compared"),
    "confirmed": N_("times something was confirmed as saved"),
    "lost": N_("of them lost"),
    "inputs": N_("wrong inputs"),
    "failures": N_("failures of ours"),
    "reasons": N_("answers with their reason, held against the keys"),
    "families": N_("kinds of things asked for"),
    "slots": N_("slots in which a batch was asked for"),
    "too_early": N_("batches that came of too few people"),
    "leaks": N_("leaks built in on purpose"),
}
"""Every name under which a test writes down a count (tests/figures.py), in words."""


if __name__ == "__main__":
    print(*sorted({test for promise in PROMISES for test in promise.tests}))  # noqa: T201  # for `make promises`
