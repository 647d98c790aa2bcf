#include "simulator/kernel/scheduler.h"

#include "odradek/contract.h"

#include <utility>

namespace odradek::sim {
namespace {

// A heap with four children a node: half the levels of a binary one, and children share a line.
constexpr std::size_t arity = 4;

}  // namespace

Scheduler::Scheduler() : processes_(1) {}

void Scheduler::at(Instant when, ProcessId process, Task task) {
    expects(when >= now_);
    std::uint32_t slot = 0;
    if (free_.empty()) {
        slot = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    Slot& taken = slots_[slot];
    taken.task = std::move(task);
    taken.process = process;
    taken.life = processes_[static_cast<std::size_t>(process)].life;
    push(when, slot);
}

void Scheduler::push(Instant when, std::uint32_t slot) {
    const Entry entry{.at = when, .sequence = sequence_++, .slot = slot};
    std::size_t place = heap_.size();
    heap_.push_back(entry);
    while (place > 0) {
        const std::size_t parent = (place - 1) / arity;
        if (!entry.is_before(heap_[parent])) break;
        heap_[place] = heap_[parent];
        place = parent;
    }
    heap_[place] = entry;
}

Scheduler::Entry Scheduler::pop() {
    const Entry top = heap_.front();
    const Entry last = heap_.back();
    heap_.pop_back();
    const std::size_t size = heap_.size();
    if (size == 0) return top;
    std::size_t place = 0;
    for (;;) {
        const std::size_t first = place * arity + 1;
        if (first >= size) break;
        const std::size_t end = first + arity < size ? first + arity : size;
        std::size_t least = first;
        for (std::size_t child = first + 1; child < end; ++child) {
            if (heap_[child].is_before(heap_[least])) least = child;
        }
        if (!heap_[least].is_before(last)) break;
        heap_[place] = heap_[least];
        place = least;
    }
    heap_[place] = last;
    return top;
}

bool Scheduler::run_one(Instant until) {
    if (heap_.empty() || heap_.front().at > until) return false;
    const Entry next = pop();
    now_ = next.at;
    run_slot(next.slot);
    return true;
}

void Scheduler::run_until(Instant until) {
    while (run_one(until)) {
    }
    if (now_ < until) now_ = until;
}

void Scheduler::run_slot(std::uint32_t slot) {
    Slot& due = slots_[slot];
    Process& process = processes_[static_cast<std::size_t>(due.process)];
    if (due.life != process.life) {
        free_slot(slot);
        return;
    }
    if (process.frozen) {
        process.kept_back.push_back(slot);
        return;
    }
    ++events_run_;
    due.task();
    free_slot(slot);
}

void Scheduler::free_slot(std::uint32_t slot) {
    slots_[slot].task.reset();
    free_.push_back(slot);
}

ProcessId Scheduler::add_process() {
    processes_.emplace_back();
    return static_cast<ProcessId>(processes_.size() - 1);
}

void Scheduler::kill(ProcessId process) {
    expects(process != world_process);
    thaw(process);  // its events find that their life is over, one by one
    ++processes_[static_cast<std::size_t>(process)].life;
}

void Scheduler::freeze(ProcessId process) {
    expects(process != world_process);
    processes_[static_cast<std::size_t>(process)].frozen = true;
}

void Scheduler::thaw(ProcessId process) {
    Process& thawed = processes_[static_cast<std::size_t>(process)];
    thawed.frozen = false;
    for (const std::uint32_t slot : std::exchange(thawed.kept_back, {}))
        push(now_, slot);
}

bool Scheduler::is_frozen(ProcessId process) const {
    return processes_[static_cast<std::size_t>(process)].frozen;
}

std::uint32_t Scheduler::life_of(ProcessId process) const {
    return processes_[static_cast<std::size_t>(process)].life;
}

}  // namespace odradek::sim
