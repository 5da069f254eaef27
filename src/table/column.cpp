#include "warptune/column.h"

#include <utility>

#include "table/packed_cells.h"
#include "table/packed_names.h"

namespace warptune {

Cells::Cells() : Cells(PackedCells()) {}
Cells::Cells(std::span<const double> values) : Cells(PackedCells(values)) {}
Cells::Cells(PackedCells packed) : packed_(std::make_shared<const PackedCells>(std::move(packed))) {}
std::size_t Cells::size() const { return packed_->size(); }
double Cells::operator[](std::size_t row) const { return (*packed_)[row]; }
void Cells::read(std::size_t begin, std::span<double> out) const { packed_->read(begin, out); }
std::vector<double> Cells::doubles() const { return packed_->doubles(); }
void Cells::for_each_piece(const std::function<void(std::span<double>)>& work) const { packed_->for_each_piece(work); }

Categories::Categories() : Categories(PackedNames()) {}
Categories::Categories(std::initializer_list<std::string_view> names) : Categories(PackedNames(names)) {}
Categories::Categories(PackedNames packed) : packed_(std::make_shared<const PackedNames>(std::move(packed))) {}
std::size_t Categories::size() const { return packed_->size(); }
std::string_view Categories::operator[](std::size_t i) const { return (*packed_)[i]; }
bool Categories::operator==(const Categories& other) const { return *packed_ == *other.packed_; }

}   // namespace warptune
