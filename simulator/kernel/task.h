#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace odradek::sim {

/// A callable without arguments, stored in place: an event of the scheduler costs no allocation.
/// Move-only; a callable that does not fit does not compile.
class Task {
public:
    static constexpr std::size_t capacity = 64;

    Task() = default;

    template <typename Callable>
        requires(!std::is_same_v<std::remove_cvref_t<Callable>, Task>)
    // NOLINTNEXTLINE(google-explicit-constructor): a lambda is passed where a Task is wanted
    Task(Callable&& callable) {
        using Stored = std::remove_cvref_t<Callable>;
        static_assert(sizeof(Stored) <= capacity, "capture less, or capture a pointer");
        static_assert(alignof(Stored) <= alignof(std::max_align_t));
        static_assert(std::is_nothrow_move_constructible_v<Stored>);
        ::new (static_cast<void*>(storage_)) Stored(std::forward<Callable>(callable));
        actions_ = &actions_of<Stored>;
    }

    Task(Task&& other) noexcept { take(other); }
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            reset();
            take(other);
        }
        return *this;
    }
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() { reset(); }

    void operator()() { actions_->run(storage_); }

    [[nodiscard]] explicit operator bool() const { return actions_ != nullptr; }

    void reset() {
        if (actions_ != nullptr) actions_->destroy(storage_);
        actions_ = nullptr;
    }

private:
    struct Actions {
        void (*run)(std::byte* storage);
        void (*move)(std::byte* from, std::byte* to);
        void (*destroy)(std::byte* storage);
    };

    template <typename Stored>
    [[nodiscard]] static Stored& stored_in(std::byte* storage) {
        return *std::launder(reinterpret_cast<Stored*>(storage));
    }

    template <typename Stored>
    static constexpr Actions actions_of{
        .run = [](std::byte* storage) { stored_in<Stored>(storage)(); },
        .move =
            [](std::byte* from, std::byte* to) {
                ::new (static_cast<void*>(to)) Stored(std::move(stored_in<Stored>(from)));
                stored_in<Stored>(from).~Stored();
            },
        .destroy = [](std::byte* storage) { stored_in<Stored>(storage).~Stored(); },
    };

    void take(Task& other) {
        if (other.actions_ == nullptr) return;
        other.actions_->move(other.storage_, storage_);
        actions_ = std::exchange(other.actions_, nullptr);
    }

    alignas(std::max_align_t) std::byte storage_[capacity];
    const Actions* actions_ = nullptr;
};

}  // namespace odradek::sim
