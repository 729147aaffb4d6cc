// Stands in for libFuzzer where there is none: program [-max_total_time=SECONDS] [folder ...].
// Replays every file, then random changes of them. No coverage guides it.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes changed(const Bytes& seed, std::mt19937_64& random) {
  Bytes bytes = seed;
  for (auto times = random() % 4 + 1; times > 0; times--) {
    const std::size_t at = bytes.empty() ? 0 : random() % bytes.size();
    const auto byte = static_cast<std::uint8_t>(random());
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random() % 4) {
      case 0:
        bytes.insert(place, byte);
        break;
      case 1:
        bytes.insert(place, random() % 64, byte);
        break;
      case 2:
        if (!bytes.empty()) bytes.erase(place);
        break;
      default:
        if (!bytes.empty()) bytes[at] = byte;
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  int seconds = 5;
  std::vector<Bytes> seeds{{}};
  const std::string option = "-max_total_time=";
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    if (argument.rfind(option, 0) == 0) seconds = std::atoi(argument.c_str() + option.size());
    if (argument[0] == '-') continue;
    for (const auto& entry : std::filesystem::directory_iterator(argument)) {
      std::ifstream file(entry.path(), std::ios::binary);
      seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  for (const Bytes& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
  std::mt19937_64 random(1);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::int64_t runs = 0;
  while (std::chrono::steady_clock::now() < end) {
    Bytes bytes = changed(seeds[random() % seeds.size()], random);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    if (seeds.size() < 4096 && bytes.size() < 4096) seeds.push_back(std::move(bytes));
    runs++;
  }
  std::cout << runs << " runs\n";
  return 0;
}
