from parsers.language.words import table
from parsers.structure import structure


def test_two_hits_make_a_topic_and_the_terms_are_kept():
    (topic,) = structure(
        "Korban TPPO bertambah. Perdagangan orang masih marak, kata warga soal TPPO."
    ).topics

    assert (topic.topic_id, topic.n_hits, topic.matched_terms) == (
        "tppo",
        3,
        (("TPPO", 2), ("perdagangan orang", 1)),
    )


def test_one_hit_in_passing_is_no_topic():
    assert structure("Korban TPPO bertambah.").topics == ()


def test_one_hit_in_the_headline_is():
    (topic,) = structure("Warga datang.", headline="Cegah TPPO di desa").topics

    assert (topic.topic_id, topic.in_headline, topic.n_hits, topic.first_char) == (
        "tppo",
        True,
        0,
        None,
    )


def test_a_longer_term_swallows_the_shorter():
    found = {
        t.topic_id: dict(t.matched_terms)
        for t in structure("BPJS Kesehatan naik. BPJS Kesehatan turun.").topics
    }

    assert found["kesehatan"] == {"BPJS Kesehatan": 2}


def test_every_list_has_labels_and_terms():
    topics = table("topics")

    assert len(topics) >= 12
    assert all(t["label_id"] and t["label_en"] and len(t["terms"]) > 4 for t in topics.values())
