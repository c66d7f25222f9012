#include "fault.hpp"

#include <string>
#include <string_view>

#include "replikey/value/charset.hpp"

namespace replikey::value {
namespace {

std::string_view name_of(ColumnType type) noexcept {
  switch (type) {
    case ColumnType::Decimal: return "DECIMAL of MySQL 4";
    case ColumnType::Tiny: return "TINYINT";
    case ColumnType::Short: return "SMALLINT";
    case ColumnType::Long: return "INT";
    case ColumnType::Float: return "FLOAT";
    case ColumnType::Double: return "DOUBLE";
    case ColumnType::Null: return "NULL";
    case ColumnType::Timestamp:
    case ColumnType::Timestamp2: return "TIMESTAMP";
    case ColumnType::LongLong: return "BIGINT";
    case ColumnType::Int24: return "MEDIUMINT";
    case ColumnType::Date:
    case ColumnType::NewDate: return "DATE";
    case ColumnType::Time:
    case ColumnType::Time2: return "TIME";
    case ColumnType::Datetime:
    case ColumnType::Datetime2: return "DATETIME";
    case ColumnType::Year: return "YEAR";
    case ColumnType::Varchar:
    case ColumnType::VarString: return "VARCHAR";
    case ColumnType::Bit: return "BIT";
    case ColumnType::TypedArray: return "a typed array";
    case ColumnType::MariaBlobCompressed: return "BLOB COMPRESSED";
    case ColumnType::MariaVarcharCompressed: return "VARCHAR COMPRESSED";
    case ColumnType::Vector: return "VECTOR";
    case ColumnType::Invalid: return "no valid type";
    case ColumnType::Bool: return "BOOL";
    case ColumnType::Json: return "JSON";
    case ColumnType::NewDecimal: return "DECIMAL";
    case ColumnType::Enum: return "ENUM";
    case ColumnType::Set: return "SET";
    case ColumnType::TinyBlob:
    case ColumnType::MediumBlob:
    case ColumnType::LongBlob:
    case ColumnType::Blob: return "BLOB or TEXT";
    case ColumnType::String: return "CHAR";
    case ColumnType::Geometry: return "GEOMETRY";
  }
  return "an unknown type";
}

}  // namespace

Error to_error(Fault fault, const Column& column, std::size_t cell_bytes) {
  std::string text = "column \"" + column.name + "\" (" + std::string{name_of(column.type)} + "): ";
  switch (fault) {
    case Fault::None:
    case Fault::Content:
      return {ErrorCode::CorruptData, text + "its bytes stand for no value of that type"};
    case Fault::Size:
      return {ErrorCode::CorruptData,
              text + std::to_string(cell_bytes) + " bytes are not what that type takes"};
    case Fault::Json: return {ErrorCode::CorruptData, text + "its bytes are no valid binary JSON"};
    case Fault::Type:
      return {ErrorCode::Unsupported, text + "this build does not write values of that type"};
    case Fault::OldTemporal:
      return {ErrorCode::Unsupported,
              text +
                  "the table keeps it in the format of servers before MySQL 5.6 and MariaDB "
                  "10.1, whose fractions the binlog does not describe; ALTER TABLE … FORCE "
                  "on the server brings it to the present format"};
    case Fault::Collation:
      return {ErrorCode::Unsupported,
              text + "collation " + std::to_string(column.collation) + " is not known"};
    case Fault::Charset:
      return {ErrorCode::Unsupported, text + "the C library cannot convert character set " +
                                          std::string{charset_name(column.collation)} +
                                          "; are its gconv modules installed?"};
  }
  return {ErrorCode::CorruptData, text};
}

}  // namespace replikey::value
