// What a process may use of its machine: made-up /proc and /sys/fs/cgroup trees.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/units.h"
#include "device/allotment.h"

namespace warptune {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mebi = 1024 * 1024;
const std::string v2_mount = "30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
const std::string v1_cpu = "31 25 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:10 - cgroup cgroup rw,cpu,cpuacct\n";
const std::string v1_memory = "32 25 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";

class AllotmentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::temp_directory_path() / ("warptune_" + std::string(test->name()) + "_" + std::to_string(::getpid()));
    put("/proc/meminfo", "MemTotal:  16777216 kB\nMemFree:  1 kB\nMemAvailable:    8388608 kB\n");   // 8G
    put("/proc/self/status", "Name:\tVmSize: 7\nVmSize:\t  102400 kB\nVmData:\t   51200 kB\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void put(const std::string& path, const std::string& text) {
    const fs::path file = root_ / fs::path(path).relative_path();
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  Allotment of(ProcessLimits limits = {}) {
    if (limits.processors == 1) limits.processors = limits.affinity = 8;
    return allotment_of(root_, limits);
  }

  fs::path root_;
};

TEST_F(AllotmentTest, AnEmptyTreeIsTheMachine) {
  fs::remove_all(root_);
  ProcessLimits limits;
  limits.processors = limits.affinity = 8;
  limits.free_bytes = 5 * mebi;
  const Allotment allotted = of(limits);
  EXPECT_EQ(allotted.threads, 8);
  EXPECT_EQ(allotted.threads_reason, "");
  EXPECT_EQ(allotted.memory_bytes, 5 * mebi);
  EXPECT_EQ(allotted.memory_reason, "");
}

TEST_F(AllotmentTest, Affinity) {
  ProcessLimits limits;
  limits.processors = 8;
  limits.affinity = 3;
  EXPECT_EQ(of(limits).threads, 3);
  EXPECT_EQ(of(limits).threads_reason, "affinity: 3 of 8 processors");
  EXPECT_EQ(of(limits).memory_bytes, 8192 * mebi);
}

TEST_F(AllotmentTest, Version2AtItsOwnPlaceAndItsAncestors) {
  put("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda rw\n" + v2_mount);
  put("/proc/self/cgroup", "0::/user.slice/job/step\n");
  put("/sys/fs/cgroup/user.slice/job/step/cpu.max", "max 100000\n");
  put("/sys/fs/cgroup/user.slice/job/step/memory.max", "max\n");
  EXPECT_EQ(of().threads, 8);
  put("/sys/fs/cgroup/user.slice/cpu.max", "400000 100000\n");
  EXPECT_EQ(of().threads, 4);
  put("/sys/fs/cgroup/user.slice/job/cpu.max", "150000 100000\n");
  put("/sys/fs/cgroup/user.slice/job/memory.max", std::to_string(512 * mebi));
  put("/sys/fs/cgroup/user.slice/job/memory.current", std::to_string(300 * mebi));
  put("/sys/fs/cgroup/user.slice/job/memory.stat",
      "anon 5\nactive_file 9\ninactive_file " + std::to_string(100 * mebi) + "\n");
  put("/sys/fs/cgroup/other/cpu.max", "1000 100000\n");   // not ours
  const Allotment allotted = of();
  EXPECT_EQ(allotted.threads, 2);   // all of 1.5
  EXPECT_EQ(allotted.threads_reason, "cgroup CPU quota of 1.5 CPUs, /sys/fs/cgroup/user.slice/job/cpu.max");
  EXPECT_EQ(allotted.memory_bytes, 312 * mebi);
  EXPECT_EQ(allotted.memory_reason, "cgroup memory limit of 512M, /sys/fs/cgroup/user.slice/job/memory.max");
  put("/sys/fs/cgroup/user.slice/job/step/memory.high", std::to_string(64 * mebi));
  EXPECT_EQ(of().memory_bytes, 64 * mebi);
}

TEST_F(AllotmentTest, SmallerThanAProcessor) {
  put("/proc/self/mountinfo", v2_mount);
  put("/proc/self/cgroup", "0::/\n");
  put("/sys/fs/cgroup/cpu.max", "1000 100000\n");
  EXPECT_EQ(of().threads, 1);
  put("/sys/fs/cgroup/cpu.max", "100000 100000\n");
  EXPECT_EQ(of().threads, 1);
  put("/sys/fs/cgroup/cpu.max", "800000 100000\n");   // all of the machine: no reason
  EXPECT_EQ(of().threads_reason, "");
}

TEST_F(AllotmentTest, MoreUsedThanAllowedLeavesNothing) {
  put("/proc/self/mountinfo", v2_mount);
  put("/proc/self/cgroup", "0::/\n");
  put("/sys/fs/cgroup/memory.max", "1000");
  put("/sys/fs/cgroup/memory.current", "2000");
  EXPECT_EQ(of().memory_bytes, 0u);
}

TEST_F(AllotmentTest, Version1) {
  put("/proc/self/mountinfo", v1_cpu + v1_memory);
  put("/proc/self/cgroup", "5:memory:/jobs/a\n4:cpu,cpuacct:/jobs/b\n1:name=systemd:/jobs/c\n");
  put("/sys/fs/cgroup/memory/jobs/a/memory.limit_in_bytes", "9223372036854771712\n");   // none
  put("/sys/fs/cgroup/cpu,cpuacct/jobs/b/cpu.cfs_quota_us", "-1\n");
  put("/sys/fs/cgroup/cpu,cpuacct/jobs/b/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(of().threads, 8);
  EXPECT_EQ(of().memory_bytes, 8192 * mebi);
  EXPECT_EQ(of().memory_reason, "");
  put("/sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", std::to_string(2048 * mebi));
  put("/sys/fs/cgroup/memory/jobs/memory.usage_in_bytes", std::to_string(1024 * mebi));
  put("/sys/fs/cgroup/memory/jobs/memory.stat", "inactive_file 1\ntotal_inactive_file " + std::to_string(512 * mebi));
  put("/sys/fs/cgroup/cpu,cpuacct/jobs/cpu.cfs_quota_us", "250000\n");
  put("/sys/fs/cgroup/cpu,cpuacct/jobs/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(of().threads, 3);
  EXPECT_EQ(of().threads_reason, "cgroup CPU quota of 2.5 CPUs, /sys/fs/cgroup/cpu,cpuacct/jobs/cpu.cfs_quota_us");
  EXPECT_EQ(of().memory_bytes, 1536 * mebi);
  EXPECT_EQ(of().memory_reason, "cgroup memory limit of 2G, /sys/fs/cgroup/memory/jobs/memory.limit_in_bytes");
}

TEST_F(AllotmentTest, Hybrid) {
  put("/proc/self/mountinfo", v1_memory + "33 25 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  put("/proc/self/cgroup", "5:memory:/a\n0::/b\n");
  put("/sys/fs/cgroup/memory/a/memory.limit_in_bytes", std::to_string(100 * mebi));
  put("/sys/fs/cgroup/unified/b/cpu.max", "200000 100000");
  put("/sys/fs/cgroup/unified/a/cpu.max", "100000 100000");
  EXPECT_EQ(of().threads, 2);
  EXPECT_EQ(of().memory_bytes, 100 * mebi);
}

TEST_F(AllotmentTest, AContainerSeesItsHostsNames) {
  // The tree is mounted from the container's group on.
  put("/proc/self/mountinfo", "31 25 0:27 /docker/1f /sys/fs/cgroup ro - cgroup2 cgroup rw\n");
  put("/proc/self/cgroup", "0::/docker/1f/app\n");
  put("/sys/fs/cgroup/app/cpu.max", "100000 100000");
  put("/sys/fs/cgroup/docker/1f/cpu.max", "700000 100000");
  EXPECT_EQ(of().threads, 1);
  // A path that is not in what is mounted: the mount is what there is.
  put("/sys/fs/cgroup/cpu.max", "300000 100000");
  for (const char* const elsewhere : {"0::/kubepods/x\n", "0::/../../x\n", "0::/docker/1f0\n"}) {
    put("/proc/self/cgroup", elsewhere);
    EXPECT_EQ(of().threads, 3) << elsewhere;
  }
}

TEST_F(AllotmentTest, AnotherMountOfTheSameTreeIsNotOurs) {
  put("/proc/self/mountinfo", v2_mount + "40 25 0:26 /guest /mnt/guest rw - cgroup2 cgroup2 rw\n");
  put("/proc/self/cgroup", "0::/me\n");
  put("/mnt/guest/cpu.max", "100000 100000");
  put("/sys/fs/cgroup/me/cpu.max", "500000 100000");
  EXPECT_EQ(of().threads, 5);
}

TEST_F(AllotmentTest, NamesWithSpacesAndColons) {
  put("/proc/self/mountinfo", R"(30 25 0:26 / /sys/my\040groups rw - cgroup2 cgroup2 rw)");
  put("/proc/self/cgroup", "0::/a b:c\n");
  put("/sys/my groups/a b:c/cpu.max", "200000 100000");
  EXPECT_EQ(of().threads, 2);
}

TEST_F(AllotmentTest, GarbageAndHugeNumbersAreNoLimit) {
  const std::string nines(30, '9');
  for (const std::string& text :
       {std::string(), std::string("max"), std::string("\n\n"), std::string("-5 100000"), std::string("0 100000"),
        std::string("100000"), std::string("100000 0"), std::string("x y z"), nines + " 100000",
        std::string("18446744073709551615 1"), std::string("\0\xff", 2)}) {
    put("/proc/self/mountinfo", v2_mount + "1\n- cgroup2\n1 2 3 - cgroup2 a b\n1 2 3 4 5 6 - cgroup2\n" + nines);
    put("/proc/self/cgroup", "0::/a\n::\nx\n5:cpu\n0:");
    put("/sys/fs/cgroup/a/cpu.max", text);
    put("/sys/fs/cgroup/a/memory.max", text.starts_with("1") || text.starts_with("0") ? "max" : text);
    EXPECT_EQ(of().threads, 8) << text;
    EXPECT_EQ(of().memory_bytes, 8192 * mebi) << text;
  }
  put("/proc/meminfo", "MemAvailable: " + nines + " kB");   // does not fit: as if it were not said
  ProcessLimits limits;
  limits.free_bytes = 3 * mebi;
  EXPECT_EQ(of(limits).memory_bytes, 3 * mebi);
  put("/proc/meminfo", "MemAvailable: 18446744073709551615 kB");
  EXPECT_GT(of(limits).memory_bytes, std::uint64_t{1} << 62);
}

TEST_F(AllotmentTest, LimitsOfTheProcess) {
  ProcessLimits limits;
  limits.address_bytes = 300000 * 1024;
  EXPECT_EQ(of(limits).memory_bytes, 300000u * 1024 - 100 * mebi);   // less what it has
  EXPECT_EQ(of(limits).memory_reason, "ulimit -v 300000");
  limits.data_bytes = 200000 * 1024;
  EXPECT_EQ(of(limits).memory_bytes, 200000u * 1024 - 50 * mebi);
  EXPECT_EQ(of(limits).memory_reason, "ulimit -d 200000");
}

TEST(Allotment, OfThisProcessIsUsable) {
  EXPECT_GE(allotment().threads, 1);
  EXPECT_GT(allotment().memory_bytes, mebi);
}

TEST(Units, BytesText) {
  EXPECT_EQ(bytes_text(0), "0");
  EXPECT_EQ(bytes_text(999), "999");
  EXPECT_EQ(bytes_text(1024), "1K");
  EXPECT_EQ(bytes_text(1536 * mebi), "1.5G");
  EXPECT_EQ(bytes_text(8192 * mebi), "8G");
  EXPECT_EQ(bytes_text(UINT64_MAX), "16777216T");
}

}   // namespace
}   // namespace warptune
