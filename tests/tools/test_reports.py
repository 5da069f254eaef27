"""What reports.py makes of JUnit files as ctest and pytest write them."""

import reports

CTEST = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="Linux" tests="5" failures="1" disabled="1" skipped="2" hostname="" time="3">
  <testcase name="unit.A.Good" classname="unit.A.Good" time="0.5" status="run"><system-out>fine</system-out></testcase>
  <testcase name="unit.A.Bad" classname="unit.A.Bad" time="7" status="fail"><failure message=""/><system-out/></testcase>
  <testcase name="unit.A.Data" classname="unit.A.Data" time="0" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
    <system-out>[ RUN      ] A.Data
/work/a.cpp:3: Skipped
no tables here
[  SKIPPED ] A.Data</system-out></testcase>
  <testcase name="peers.x" classname="peers.x" time="0" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>
    <system-out>SKIPPED: no x</system-out></testcase>
  <testcase name="unit.A.Off" classname="unit.A.Off" time="0" status="disabled"/>
</testsuite>"""

PYTEST = """<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1"
 skipped="1" tests="4" time="1.0"><testcase classname="tests.cli.test_a" name="test_good[1]" time="6.0" />
<testcase classname="tests.cli.test_a" name="test_bad" time="0.1"><failure message="assert 0">text</failure></testcase>
<testcase classname="" name="tests.cli.test_b" time="0.0"><error message="collection failure">text</error></testcase>
<testcase classname="tests.cli.test_a" name="test_gpu" time="0.0"><skipped type="pytest.skip" message="no GPU">x</skipped>
</testcase></testsuite></testsuites>"""


def read(tmp_path, text):
    (tmp_path / "report.xml").write_text(text)
    return reports.read(tmp_path / "report.xml")


def test_ctest(tmp_path):
    result = read(tmp_path, CTEST)
    assert result.line() == "1 passed, 1 failed, 3 skipped"
    assert result.failures == ["unit.A.Bad"]
    assert result.skips == {"no tables here": 1, "SKIPPED: no x": 1, "no reason given": 1}
    assert result.seconds["unit.A.Bad"] == 7


def test_pytest(tmp_path):
    result = read(tmp_path, PYTEST)
    assert result.line() == "1 passed, 2 failed, 1 skipped"
    assert result.failures == ["tests.cli.test_a::test_bad", "tests.cli.test_b"]
    assert result.skips == {"no GPU": 1}


def test_a_sum(tmp_path):
    result = read(tmp_path, CTEST)
    result.add(read(tmp_path, PYTEST))
    assert result.line() == "2 passed, 3 failed, 4 skipped"


def test_a_report_that_is_cut_short_or_absent_is_a_failure(tmp_path):
    assert read(tmp_path, PYTEST[:300]).line() == "0 passed, 1 failed, 0 skipped"
    assert reports.read(tmp_path / "nothing.xml").line() == "0 passed, 1 failed, 0 skipped"
