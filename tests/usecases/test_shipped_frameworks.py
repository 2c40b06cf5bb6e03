"""The frameworks and controls that ship, held against facts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml

from compliance.applicability.conditions import framework_reach
from compliance.applicability.nis2 import Nis2Class, Nis2Sector
from compliance.applicability.profile import DoraEntity, EntityProfile, UkFirm
from compliance.assessment.answers import Answer, ControlAnswer
from compliance.assessment.assessment import Assessment
from compliance.assessment.readiness import readiness
from compliance.assessment.status import assess
from compliance.catalogues.conditions import Condition
from rori.usecases.frameworks import (
    shipped_catalogue,
    shipped_controls,
    shipped_crosswalk,
    summarise,
)

ROOT = Path(__file__).resolve().parents[2]

OFFICIAL = """\
Financial entities shall have in place an internal governance and control framework that ensures an effective and
prudent management of ICT risk

Financial entities shall have a sound, comprehensive and well-documented ICT risk management framework as part of
their overall risk management system, which enables them to address ICT risk quickly, efficiently and
comprehensively

Financial entities shall have in place mechanisms to promptly detect anomalous activities

For ICT services supporting critical or important functions, financial entities shall put in place exit strategies

The rights and obligations of the financial entity and of the ICT third-party service provider shall be clearly
allocated and set out in writing

Member States shall ensure that the management bodies of essential and important entities approve the cybersecurity
risk-management measures taken by those entities

essential and important entities take appropriate and proportionate technical, operational and organisational
measures to manage the risks posed to the security of network and information systems

business continuity, such as backup management and disaster recovery, and crisis management

supply chain security, including security-related aspects concerning the relationships between each entity and its
direct suppliers or service providers

security in network and information systems acquisition, development and maintenance, including vulnerability
handling and disclosure

policies and procedures to assess the effectiveness of cybersecurity risk-management measures

policies and procedures regarding the use of cryptography and, where appropriate, encryption

the use of multi-factor authentication or continuous authentication solutions, secured voice, video and text
communications and secured emergency communication systems within the entity, where appropriate

without undue delay and in any event within 24 hours of becoming aware of the significant incident, an early
warning

A firm must identify its important business services and set an impact tolerance for each of them

A firm must ensure it can remain within its impact tolerance for each important business service in the event of a
severe but plausible disruption to its operations

the maximum tolerable level of disruption to an important business service as measured by a length of time

the ability to anticipate, withstand, recover from, and adapt to adverse conditions, stresses, attacks, or
compromises on systems that use or are enabled by cyber resources
"""
"""Sentences of DORA, NIS2, SYSC 15A, SS1/21 and SP 800-160 Vol. 2 that our own words must not repeat."""

BANK = EntityProfile(
    dora_entity=DoraEntity.CREDIT_INSTITUTION,
    nis2_sector=Nis2Sector.BANKING,
    nis2_class=Nis2Class.ESSENTIAL,
    uk_firm=UkFirm.BANK,
)


def runs_of_eight(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}


def counts(framework_id: str) -> dict[str, int]:
    return dict(shipped_catalogue().latest(framework_id).counts)


def test_shipped_frameworks_hold_the_facts() -> None:
    assert counts("dora")["control_obligations"] == 239
    nist = counts("nist-sp-800-160v2")
    facts = {"goals": 4, "objectives": 8, "techniques": 14, "approaches": 50}
    facts |= {"strategic_design_principles": 5, "structural_design_principles": 14}
    assert {name: nist[name] for name in facts} == facts
    assert {"dora", "nis2", "nist-sp-800-160v2", "iso-iec-27031", "uk-opres"} <= set(shipped_catalogue().ids)
    assert {"rts-2024-1774", "rts-2024-1773", "rts-2024-1772", "nis2-ir-2024-2690"} <= set(shipped_catalogue().ids)
    assert set(shipped_catalogue().versions("iso-iec-27031")) == {"2011", "2025"}


def test_nis2_has_the_ten_measures_and_the_regulation_its_47_subsections() -> None:
    nis2 = shipped_catalogue().latest("nis2")
    assert all(nis2.requirement(f"nis2-21-2-{letter}").assessable for letter in "abcdefghij")
    regulation = shipped_catalogue().latest("nis2-ir-2024-2690")
    subsections = [r.id for r in regulation.requirements if r.kind == "subsection"]
    assert len(subsections) == counts("nis2-ir-2024-2690")["subsections"] == 47
    assert all(re.fullmatch(r"ir2690-annex-\d+-\d+", name) for name in subsections)
    assert (counts("nis2-ir-2024-2690")["sections"], counts("nis2-ir-2024-2690")["points"]) == (13, 160)


def test_every_fact_that_a_file_states_is_counted_from_its_requirements() -> None:
    for framework in shipped_catalogue().frameworks:
        found = Counter(name for requirement in framework.requirements for name in requirement.counted_as)
        assert framework.counts, framework.id
        assert dict(framework.counts) == dict(found), framework.id


def test_every_reference_of_a_control_resolves() -> None:
    assert shipped_crosswalk().unresolved == ()


def test_every_assessable_requirement_has_two_to_four_pieces_of_typical_evidence_and_an_obligation() -> None:
    for framework in shipped_catalogue().frameworks:
        for requirement in framework.assessable:
            assert 2 <= len(requirement.evidence) <= 4, requirement.id
            assert len(requirement.obligation.split()) >= 5, requirement.id
            assert requirement.source, requirement.id


def test_every_file_has_a_link_a_licence_and_a_publisher() -> None:
    for framework in shipped_catalogue().frameworks:
        assert framework.link.startswith("https://"), framework.id
        assert framework.licence, framework.id
        assert framework.publisher, framework.id


def test_iso_warns_its_readers() -> None:
    for version in ("2011", "2025"):
        notice = shipped_catalogue().framework("iso-iec-27031", version).notice
        assert notice is not None
        assert "licensed copy" in notice.lower()


def test_no_eight_words_in_a_row_are_those_of_an_official_sentence() -> None:
    official = set().union(*(runs_of_eight(sentence) for sentence in re.split(r"\n\n", OFFICIAL)))
    assert len(official) > 200
    for framework in shipped_catalogue().frameworks:
        for requirement in framework.requirements:
            for text in (requirement.obligation, requirement.doubt or "", *requirement.evidence):
                assert not runs_of_eight(text) & official, requirement.id
    for control in shipped_controls().controls:
        for text in (control.objective, control.question, *control.evidence):
            assert not runs_of_eight(text) & official, control.id


def test_laws_reach_only_their_own_and_guidance_reaches_everybody() -> None:
    nobody = EntityProfile()
    reached = {name: framework_reach(name) for name in shipped_catalogue().ids}
    everybody = {name for name, meaning in reached.items() if meaning is None}
    assert everybody == {"nist-sp-800-160v2", "iso-iec-27031"}
    assert not any(meaning.holds(nobody) for meaning in reached.values() if meaning is not None)


def test_dora_takes_the_place_of_nis2_articles_21_and_23() -> None:
    nis2 = shipped_catalogue().latest("nis2")
    displaced = [r for r in nis2.assessable if r.id.startswith(("nis2-21-", "nis2-23-"))]
    assert len(displaced) >= 15
    for requirement in displaced:
        assert Condition.NOT_DISPLACED_BY_DORA in requirement.when, requirement.id


def test_controls_are_seventy_odd_in_about_ten_domains() -> None:
    library = shipped_controls()
    assert 69 <= len(library.controls) <= 80
    assert 9 <= len(library.domains) <= 12
    assert library.references >= 915
    assert "own judgement" in library.caution
    for control in library.controls:
        assert control.question.endswith("?"), control.id
        assert control.objective.endswith("."), control.id
        assert control.references, control.id
        assert all(len(item.split()) <= 15 for item in control.evidence), control.id
    items = Counter(item for control in library.controls for item in control.evidence)
    assert items.most_common(1)[0][1] == 1


def test_measures_of_the_sample_name_controls_that_exist() -> None:
    text = (ROOT / "data" / "samples" / "payment_institution.yaml").read_text(encoding="utf-8")
    named = {name for measure in yaml.safe_load(text)["measures"] for name in measure.get("control_ids", [])}
    assert len(named) > 10
    assert {name for name in named if name not in shipped_controls()} == set()


def test_one_answer_changes_readiness_in_three_frameworks_and_says_why() -> None:
    walk = shipped_crosswalk()
    answer = ControlAnswer(control_id="backup-restore", answer=Answer.YES)
    changed = []
    for framework in walk.catalogue.newest:
        before = readiness(framework.id, assess(framework, walk, BANK, Assessment())).whole
        statuses = assess(framework, walk, BANK, Assessment(answers=(answer,)))
        after = readiness(framework.id, statuses).whole
        if after.coverage_claimed != before.coverage_claimed:
            changed.append(framework.id)
            assert any("Backup and restoration testing (" in one.explanation for one in statuses)
    assert len(changed) >= 3
    assert "dora" in changed


def test_every_control_counts_somewhere_and_most_count_in_three_frameworks() -> None:
    walk = shipped_crosswalk()
    reach = [len(walk.frameworks_of(control.id)) for control in walk.library.controls]
    assert min(reach) >= 1
    assert sum(count >= 3 for count in reach) >= 60


def test_nearly_every_assessable_requirement_is_answered_by_a_control() -> None:
    for one in summarise(shipped_crosswalk()).frameworks:
        assert one.with_controls >= 0.8 * one.assessable, one.id


def test_the_command_prints_every_framework_and_the_controls() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rori", "frameworks"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "dora  2022/2554  " in done.stdout
    assert "239 control obligations" in done.stdout
    assert re.search(r"\d+ controls in \d+ domains, \d+ references", done.stdout)
    assert summarise(shipped_crosswalk()).references == shipped_controls().references
