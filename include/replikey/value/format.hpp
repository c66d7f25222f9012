#pragma once

#include <cstdint>

#include "replikey/value/time_zone.hpp"

namespace replikey::value {

enum class Nulls : std::uint8_t { Null, Omit, Empty };
enum class BigintForm : std::uint8_t { Number, String };
enum class DecimalForm : std::uint8_t { Number, String };
enum class TimestampForm : std::uint8_t { Datetime, Iso8601, Epoch, EpochMs };

/// How values are written; see docs/CONFIG.md. A plain value.
struct Format {
  Nulls nulls = Nulls::Null;
  BigintForm bigint = BigintForm::Number;
  DecimalForm decimal = DecimalForm::Number;
  TimestampForm timestamp = TimestampForm::Datetime;
  const TimeZone* time_zone = nullptr;  ///< null: UTC. Must outlive the Format.
};

}  // namespace replikey::value
