#include "scenarios/trace_hash.h"

#include "odradek/contract.h"

#include <array>

#include <openssl/evp.h>

namespace odradek::scenarios {

struct TraceHash::Digest {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    bool finished = false;
};

TraceHash::TraceHash() : digest_(std::make_unique<Digest>()) {
    expects(digest_->context != nullptr);
    expects(EVP_DigestInit_ex(digest_->context, EVP_sha256(), nullptr) == 1);
}

TraceHash::~TraceHash() {
    EVP_MD_CTX_free(digest_->context);
}

void TraceHash::add(std::string_view line) {
    expects(!digest_->finished);
    expects(EVP_DigestUpdate(digest_->context, line.data(), line.size()) == 1);
    expects(EVP_DigestUpdate(digest_->context, "\n", 1) == 1);
}

std::string TraceHash::finish() {
    expects(!digest_->finished);
    digest_->finished = true;
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size = 0;
    expects(EVP_DigestFinal_ex(digest_->context, bytes.data(), &size) == 1);
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (unsigned index = 0; index < size; ++index) {
        text += hex[bytes.at(index) >> 4U];
        text += hex[bytes.at(index) & 0xFU];
    }
    return text;
}

}  // namespace odradek::scenarios
